namespace Scst.Tests.Simulation;

/// <summary>One task management function that the simulation has submitted.</summary>
internal sealed class SimulatedFunction
{
    internal required TaskManagementFunction Function { get; init; }

    internal required Session Session { get; init; }

    internal required int Lun { get; init; }

    internal required ulong Tag { get; init; }

    internal required int Submitted { get; init; }

    internal int Done { get; set; }

    internal int Responses { get; set; }

    /// <summary>Whether it named a logical unit that does not exist.</summary>
    internal bool WasRefused { get; set; }

    public override string ToString() => $"{Function} of {Session.InitiatorName} lun {Lun} tag {Tag}: submitted {Submitted}, done {Done}";

    /// <summary>Whether the command is one that the function had to end, for certain, before it answered.</summary>
    internal bool Affects(SimulatedCommand command)
    {
        if (WasRefused)
            return false;
        bool own = command.Session == Session && command.Submitted < Submitted;
        // What another initiator had submitted when the function came may or may not have reached the task set; what the
        // handler had already got has.
        bool other = command.Session != Session && command.Started != 0 && command.Started < Submitted;
        return Function switch
        {
            TaskManagementFunction.AbortTask => own && command.Tag == Tag && command.Lun == Lun,
            TaskManagementFunction.AbortTaskSet => own && command.Lun == Lun,
            TaskManagementFunction.ITNexusReset => own,
            TaskManagementFunction.ClearTaskSet or TaskManagementFunction.LogicalUnitReset => (own || other) && command.Lun == Lun,
            TaskManagementFunction.TargetReset => own || other,
            _ => false,
        };
    }
}
