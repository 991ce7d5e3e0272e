namespace Scst.Tests.FlowControl.Simulation;

internal enum FlowStatus
{
    Good,
    Busy,
    TaskSetFull,
    TaskAborted,
}
