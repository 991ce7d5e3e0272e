namespace Scst.Tests.FlowControl;

/// <summary>A command of <see cref="GateStress"/>.</summary>
/// <param name="Share">Its initiator's share.</param>
internal sealed record StressCommand(DepthShare<StressCommand> Share);
