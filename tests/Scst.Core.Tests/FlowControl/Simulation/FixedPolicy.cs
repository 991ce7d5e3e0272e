namespace Scst.Tests.FlowControl.Simulation;

/// <summary>Leaves the depth as it is.</summary>
internal sealed class FixedPolicy : IQueueDepthPolicy
{
    public QueueDepthDecision Decide(in QueueDepthFigures figures) => new(figures.Depth, QueueDepthReason.Steady);
}
