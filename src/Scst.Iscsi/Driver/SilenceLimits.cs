using System;

namespace Scst.Iscsi.Driver;

/// <summary>The times of <see cref="IscsiDriverOptions"/> that concern silent initiators, as numbers of looks.</summary>
internal readonly struct SilenceLimits
{
    // To look more often for the sake of a timeout that is shorter than this would be a cost without a use.
    private static readonly TimeSpan _shortestTimeout = TimeSpan.FromSeconds(1);

    public SilenceLimits(IscsiDriverOptions options)
    {
        var timeout = options.NopInTimeout > _shortestTimeout ? options.NopInTimeout : _shortestTimeout;
        Step = options.NopInInterval < timeout ? options.NopInInterval : timeout;
        LooksPerInterval = LooksIn(options.NopInInterval);
        LooksPerIdleInterval = Math.Max(LooksPerInterval, LooksIn(options.IdleNopInInterval));
        LooksPerTimeout = LooksIn(options.NopInTimeout);
    }

    /// <summary>From one look to the next.</summary>
    public TimeSpan Step { get; }

    public int LooksPerInterval { get; }

    public int LooksPerIdleInterval { get; }

    public int LooksPerTimeout { get; }

    private int LooksIn(TimeSpan time) => (int)Math.Clamp((time.Ticks + Step.Ticks - 1) / Step.Ticks, 1, int.MaxValue / 4);
}
