namespace Scst.Tests.Simulation.Access;

/// <summary>Broken on purpose: a new session's commands do not wait for what an older one has left in the backend.</summary>
internal sealed class CarelessOrphans : OrphanedCommands
{
    internal override void HoldBack(LunNexus nexus)
    {
    }
}
