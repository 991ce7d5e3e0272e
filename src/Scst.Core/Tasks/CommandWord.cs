namespace Scst;

/// <summary>
/// The one word of a command that several threads change: its phase, and flags that others set on it. Everything that
/// must be decided between a command and whoever closes a gate or aborts it is decided by a compare-and-swap here.
/// </summary>
internal static class CommandWord
{
    /// <summary>The phase bits.</summary>
    internal const long PhaseMask = 0x0f;

    /// <summary>In the free list, or held by a driver that has not submitted it.</summary>
    internal const int Free = 0;

    /// <summary>Submitted, not yet in the task set.</summary>
    internal const int Pending = 1;

    /// <summary>In the task set, waiting for its turn.</summary>
    internal const int Dormant = 2;

    /// <summary>In the task set with its turn: it may touch the medium.</summary>
    internal const int Enabled = 3;

    /// <summary>Ended: it cannot touch the medium any more; its response may still be on the way.</summary>
    internal const int Ended = 4;

    /// <summary>
    /// Executed, but its data-in lies in segments that the handler has lent: they may be read until the response is sent, and
    /// so long the command stays in the task set.
    /// </summary>
    internal const int Lent = 5;

    /// <summary>Whoever closed the gate waits for this command to leave.</summary>
    internal const long Counted = 0x10;

    /// <summary>Aborted by a task management function, a reset or the end of the session.</summary>
    internal const long Aborted = 0x20;

    /// <summary>An abort waits to be told when this command ends and when it is freed.</summary>
    internal const long Watched = 0x40;

    /// <summary>The driver is fetching data-out into this command's segments.</summary>
    internal const long FetchingDataOut = 0x80;

    /// <summary>The driver has been given the response.</summary>
    internal const long Responding = 0x100;

    /// <summary>Among the counted: an ORDERED or HEAD OF QUEUE command that holds others back.</summary>
    internal const long HoldsOthersBack = 0x200;

    /// <summary>Why it was aborted, an <see cref="AbortReason"/>.</summary>
    internal const long ReasonMask = 0x1c00;

    /// <summary>
    /// Its session ends while it is stuck in the backend of a nexus that is gone: the driver's part and the handler's end on their
    /// own, and the later one frees it.
    /// </summary>
    internal const long Orphaned = 0x2000;

    /// <summary>Among the orphaned: the handler is done with it.</summary>
    internal const long HandlerDone = 0x4000;

    /// <summary>One use of a pooled command; it makes every use's words different, so that a stale compare-and-swap fails.</summary>
    internal const long Generation = 1L << 16;

    internal static int PhaseOf(long word) => (int)(word & PhaseMask);

    internal static AbortReason ReasonOf(long word) => (AbortReason)((word & ReasonMask) / (ReasonMask & -ReasonMask));

    /// <summary>The word of a command that is aborted; of several reasons the last in their order counts.</summary>
    internal static long Abort(long word, AbortReason reason) => ReasonOf(word) >= reason
        ? word | Aborted
        : (word & ~ReasonMask) | Aborted | ((long)reason * (ReasonMask & -ReasonMask));
}
