using System;
using System.Collections.Generic;
using System.Linq;

namespace Scst;

/// <content>What the primary commands keep for a logical unit.</content>
public sealed partial class LogicalUnit
{
    private readonly object _bufferLock = new();
    private byte[]? _buffer;

    /// <summary>
    /// Whether an initiator prevents the removal of the medium (PREVENT ALLOW MEDIUM REMOVAL, SBC-5). A handler whose medium can be
    /// removed (<see cref="DeviceDescription.IsRemovable"/>) asks before it ejects it: START STOP UNIT with LOEJ then ends in ILLEGAL
    /// REQUEST, MEDIUM REMOVAL PREVENTED.
    /// </summary>
    public bool IsMediumRemovalPrevented => Nexuses.Any(static nexus => !nexus.IsGone && nexus.PreventsMediumRemoval);

    internal DeviceClock Clock { get; }

    internal AccessStatistics Statistics { get; }

    /// <summary>What WRITE BUFFER has written: a copy. Memory is only used once something was.</summary>
    internal byte[] ReadBuffer()
    {
        lock (_bufferLock)
            return _buffer is null ? new byte[BufferCommands.Capacity] : [.. _buffer];
    }

    internal void WriteBuffer(int offset, ReadOnlySpan<byte> data)
    {
        lock (_bufferLock)
        {
            _buffer ??= new byte[BufferCommands.Capacity];
            data.CopyTo(_buffer.AsSpan(offset));
        }
    }

    /// <summary>Nobody, or none of these nexuses, prevents the removal of the medium any more.</summary>
    internal void AllowMediumRemoval(IReadOnlyCollection<NexusId>? nexuses = null)
    {
        foreach (LunNexus nexus in Nexuses)
        {
            if (nexuses is null || (nexus.Session.NexusId is { } id && nexuses.Contains(id)))
                nexus.PreventsMediumRemoval = false;
        }
    }
}
