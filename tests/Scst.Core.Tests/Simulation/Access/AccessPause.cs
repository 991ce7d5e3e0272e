namespace Scst.Tests.Simulation.Access;

/// <summary>A pause of one logical unit, of one session, or of one nexus.</summary>
internal sealed record AccessPause(Pause Pause, LogicalUnit? Unit, Session? Session, LunNexus? Nexus)
{
    /// <summary>Whether nothing of what is paused may touch the medium now.</summary>
    internal bool IsInForce => Pause is { IsOver: false, Drained.IsCompleted: true };

    internal bool Concerns(ScsiCommand command) =>
        command.LogicalUnit == Unit || command.Session == Session || command.Nexus == Nexus;
}
