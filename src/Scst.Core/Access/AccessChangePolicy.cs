using System;
using System.Threading;

namespace Scst;

/// <summary>What becomes of the commands of I_T_L nexuses that a change of the access control takes away.</summary>
public sealed record AccessChangePolicy
{
    /// <summary>
    /// How long commands that have had their turn may go on; those that have not end at once in LOGICAL UNIT NOT SUPPORTED.
    /// Afterwards they are aborted and end in ABORTED COMMAND, COMMANDS CLEARED BY DEVICE SERVER (2Fh/02h). Zero: abort them
    /// at once. <see cref="Timeout.InfiniteTimeSpan"/>: never.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or longer than 24 days.</exception>
    public TimeSpan DrainTime
    {
        get;
        init
        {
            if (value != Timeout.InfiniteTimeSpan && (value < TimeSpan.Zero || value > TimeSpan.FromDays(24)))
                throw new ArgumentOutOfRangeException(nameof(DrainTime));
            field = value;
        }
    } = TimeSpan.FromSeconds(10);
}
