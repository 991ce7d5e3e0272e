namespace Scst.Tests.FlowControl.Simulation;

internal enum StoreKind
{
    /// <summary>Every command takes the same time.</summary>
    Constant,

    /// <summary>Times are distributed exponentially.</summary>
    Exponential,

    /// <summary>The time depends on how far the arm has to go from the command before.</summary>
    Disk,
}
