using System;
using System.Threading;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// The device clock of a logical unit (SPC-6, device clocks): the host's, until a SET TIMESTAMP. I_T nexus loss and logical unit
/// reset don't change it.
/// </summary>
internal sealed class DeviceClock
{
    private const ulong Mask = 0xFFFF_FFFF_FFFF;

    private static readonly DateTimeOffset _epoch = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TimeProvider _time;
    private Setting? _setting;

    internal DeviceClock(TimeProvider time) => _time = time;

    /// <param name="hasPrecedence">SCSIP: what SET TIMESTAMP has set counts, not the host's clock.</param>
    internal TimestampData Read(bool hasPrecedence)
    {
        if (!hasPrecedence || Volatile.Read(ref _setting) is not { } setting)
            return new(TimestampOrigin.Outside, (ulong)Math.Max(0, (_time.GetUtcNow() - _epoch).Ticks / TimeSpan.TicksPerMillisecond) & Mask);
        long passed = _time.GetElapsedTime(setting.At).Ticks / TimeSpan.TicksPerMillisecond;
        return new(TimestampOrigin.SetTimestamp, (setting.Milliseconds + (ulong)passed) & Mask);
    }

    internal void Set(ulong milliseconds) => Volatile.Write(ref _setting, new Setting(milliseconds, _time.GetTimestamp()));

    private sealed record Setting(ulong Milliseconds, long At);
}
