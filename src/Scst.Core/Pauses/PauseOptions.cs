using System;
using System.Diagnostics.CodeAnalysis;

namespace Scst;

/// <summary>Why a session, a LUN or a logical unit is paused, and for how long at most.</summary>
public sealed record PauseOptions
{
    private static readonly TimeSpan _longest = TimeSpan.FromDays(24);

    /// <summary>Makes options.</summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    /// <param name="longest">See <see cref="Longest"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="reason"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="longest"/> is not in its range.</exception>
    [SetsRequiredMembers]
    public PauseOptions(string reason, TimeSpan longest)
    {
        Reason = reason;
        Longest = longest;
    }

    /// <summary>For people: shown in the log and by <see cref="LogicalUnit.Pauses"/> and <see cref="Session.Pauses"/>; not empty.</summary>
    public required string Reason
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Length == 0)
                throw new ArgumentException("A pause needs a reason.", nameof(Reason));
            field = value;
        }
    }

    /// <summary>
    /// When this time has passed the pause is over, whoever began it: more than zero, at most 24 days. Initiators time their
    /// commands out by themselves, Linux after 30 s.
    /// </summary>
    public required TimeSpan Longest
    {
        get;
        init
        {
            if (value <= TimeSpan.Zero || value > _longest)
                throw new ArgumentOutOfRangeException(nameof(Longest));
            field = value;
        }
    }
}
