using Scst.Core.Tests.Reservations.Persistent;

namespace Scst.Tests.Simulation.Reservations;

/// <summary>What the simulation knows of one command, independently of the engine. Times are a logical clock.</summary>
internal sealed class FencedCommand
{
    internal required ulong Tag { get; init; }

    internal required FencedSession From { get; init; }

    internal required byte[] Cdb { get; init; }

    internal byte[] DataOut { get; init; } = [];

    /// <summary>The PERSISTENT RESERVE OUT that it is, if it is one.</summary>
    internal ModelOrder? Order { get; init; }

    internal required int Submitted { get; init; }

    /// <summary>From when on the reservations may have been looked at for it.</summary>
    internal int CheckedFrom { get; set; }

    /// <summary>When the handler got it; 0 if it never did.</summary>
    internal int Started { get; set; }

    internal int Ended { get; set; }

    /// <summary>Whether it was aborted by a PREEMPT AND ABORT that has been answered.</summary>
    internal bool IsFenced { get; set; }

    /// <summary>Whether something that may end it without a response has been sent or done.</summary>
    internal bool MayBeSuppressed { get; set; }

    /// <summary>What a READ has found on the medium.</summary>
    internal ulong Found { get; set; }

    /// <summary>The reservations when its data was fetched.</summary>
    internal PersistentReservationState? SeenEarly { get; set; }

    internal int Responses { get; set; }

    internal bool IsWrite => Cdb[0] == FencedHandler.Write;

    internal bool IsTest => !IsWrite && !IsRead;

    internal bool IsRead => Cdb[0] == FencedHandler.Read;

    public override string ToString() =>
        $"tag {Tag} of {From.Nexus} {(Order is { } order ? order.ToString() : Cdb[0].ToString("X2"))}: "
        + $"submitted {Submitted}, started {Started}, ended {Ended}";
}
