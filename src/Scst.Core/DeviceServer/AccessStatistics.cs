using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// The statistics of a logical unit for the General Statistics and Performance log page (SPC-6). A command is counted when it is
/// freed; then the handler is told, if it wants to be.
/// </summary>
internal sealed class AccessStatistics : ICommandFreedHandler
{
    private const ushort GeneralAccessCode = 0x0001;
    private const int GeneralAccessLength = 0x40;
    private const ushort IdleTimeCode = 0x0002;
    private const ushort TimeIntervalCode = 0x0003;
    private const int TimeLength = 8;

    private static readonly Kind[] _kinds = MakeKinds();

    private readonly object _lock = new();
    private readonly LogicalUnit _logicalUnit;
    private readonly ICommandFreedHandler? _next;
    private AccessTotals _gone;
    private AccessTotals _atReset;

    internal AccessStatistics(LogicalUnit logicalUnit, ICommandFreedHandler? next)
    {
        _logicalUnit = logicalUnit;
        _next = next;
    }

    private enum Kind : byte
    {
        Other,
        Read,
        Write,
    }

    public void CommandFreed(ScsiCommand command)
    {
        Kind kind = _kinds[command.Cdb[0]];
        if (kind != Kind.Other && command.Status == ScsiStatus.Good)
            Count(command, kind);
        _next?.CommandFreed(command);
    }

    /// <summary>The nexus is gone, perhaps since an earlier call; no command of it is left.</summary>
    internal void Remove(LunNexus nexus)
    {
        lock (_lock)
        {
            if (nexus.Slot >= 0)
                _gone += nexus.Counters.Read();
            _logicalUnit.Nexuses.Remove(nexus);
        }
    }

    /// <summary>Counts from zero again (LOG SELECT).</summary>
    internal void Reset()
    {
        lock (_lock)
            _atReset = Sum();
    }

    /// <summary>
    /// The parameters of the page. How long commands took is not measured: their intervals are zero, and the time interval that these
    /// are counted in has a length of zero too.
    /// </summary>
    internal IReadOnlyList<LogParameter> ToLogParameters()
    {
        AccessTotals totals;
        lock (_lock)
            totals = Sum() - _atReset;
        var value = new byte[GeneralAccessLength];
        BinaryPrimitives.WriteInt64BigEndian(value, totals.Reads);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(8), totals.Writes);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(16), totals.BlocksReceived);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(24), totals.BlocksTransmitted);
        return
        [
            new(GeneralAccessCode, LogParameterFormat.BinaryList, value),
            new(IdleTimeCode, LogParameterFormat.BinaryList, new byte[TimeLength]),
            new(TimeIntervalCode, LogParameterFormat.BinaryList, new byte[TimeLength]),
        ];
    }

    private void Count(ScsiCommand command, Kind kind)
    {
        int blockLength = _logicalUnit.Description.BlockLength;
        if (blockLength <= 0)
            return;
        AccessCounters counters = command.Nexus!.Counters;
        if (kind == Kind.Read)
            counters.CountRead(command.DataLength / blockLength);
        else
            counters.CountWrite(command.DataLength / blockLength);
    }

    private AccessTotals Sum()
    {
        AccessTotals sum = _gone;
        foreach (LunNexus nexus in _logicalUnit.Nexuses)
            sum += nexus.Counters.Read();
        return sum;
    }

    private static Kind[] MakeKinds()
    {
        var kinds = new Kind[256];
        foreach (OperationCode code in (OperationCode[])
            [OperationCode.Read6, OperationCode.Read10, OperationCode.Read12, OperationCode.Read16])
        {
            kinds[(byte)code] = Kind.Read;
        }
        foreach (OperationCode code in (OperationCode[])
        [
            OperationCode.Write6, OperationCode.Write10, OperationCode.Write12, OperationCode.Write16,
            OperationCode.WriteAndVerify10, OperationCode.WriteAndVerify12, OperationCode.WriteAndVerify16,
        ])
        {
            kinds[(byte)code] = Kind.Write;
        }
        return kinds;
    }
}
