namespace Scst.Tests.Simulation.Access;

/// <summary>What the simulation knows of one command. Times are a logical clock.</summary>
internal sealed class AccessCommand
{
    internal required AccessInitiator Initiator { get; init; }

    internal required int Lun { get; init; }

    internal required int Submitted { get; init; }

    /// <summary>The byte that a WRITE fills its block with; 0 for a READ.</summary>
    internal required byte Value { get; init; }

    /// <summary>What the LUN was when the command was submitted.</summary>
    internal required AccessLine? Line { get; init; }

    internal bool MustStop { get; set; }

    internal int Answers { get; set; }

    public override string ToString() => $"{(Value == 0 ? "READ" : "WRITE")} of {Initiator.Name} at LUN {Lun}, submitted {Submitted}";
}
