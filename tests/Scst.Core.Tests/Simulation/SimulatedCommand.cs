using Scst.Protocol;

namespace Scst.Tests.Simulation;

/// <summary>What the simulation knows of one command, independently of the engine. Times are a logical clock.</summary>
internal sealed class SimulatedCommand
{
    internal required ulong Tag { get; init; }

    internal required Session Session { get; init; }

    internal required int Lun { get; init; }

    internal required TaskAttribute Attribute { get; init; }

    internal required int Submitted { get; init; }

    /// <summary>When the handler got it; 0 if it never did.</summary>
    internal int Started { get; set; }

    /// <summary>When the handler was done with it, or the last receive into its loan had stopped.</summary>
    internal int Ended { get; set; }

    internal int Responded { get; set; }

    internal int Responses { get; set; }

    internal bool WasSuppressed { get; set; }

    internal ScsiStatus Status { get; set; }

    internal required bool IsWrite { get; init; }

    /// <summary>Where its data goes if it is a WRITE; nowhere else.</summary>
    internal required SimulatedMedium Medium { get; init; }

    /// <summary>Whether it has had its turn and passed every check.</summary>
    internal bool WasLet { get; set; }

    internal bool IsFetching { get; set; }

    internal bool MustStopFetching { get; set; }

    internal int LoansOut { get; set; }

    /// <summary>Whether the response, which is still to be sent, reads the medium.</summary>
    internal bool IsSendingLoan { get; set; }

    /// <summary>Whether the driver has found a fault in what was lent.</summary>
    internal bool HasFaulted { get; set; }

    internal bool IsRunning => (Started != 0 && Ended == 0) || (IsFetching && LoansOut > 0);

    /// <summary>Whether what others write now would be seen by this command, or the other way round.</summary>
    internal bool TouchesMedium => IsRunning || IsSendingLoan;

    public override string ToString() =>
        $"tag {Tag} of {Session.InitiatorName} lun {Lun} {Attribute}: submitted {Submitted}, started {Started}, ended {Ended}, responded {Responded}";
}
