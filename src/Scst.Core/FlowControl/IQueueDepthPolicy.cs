namespace Scst;

/// <summary>Decides how many commands a logical unit takes at once.</summary>
/// <remarks>
/// A policy keeps nothing: the same figures always lead to the same decision, and one policy may serve many logical units from any
/// thread. It is asked when a command has come near to its timeout, and from time to time. It must not throw; if it does, the depth
/// stays and the exception is logged.
/// </remarks>
internal interface IQueueDepthPolicy
{
    /// <summary>Decides.</summary>
    /// <param name="figures">What was measured.</param>
    /// <returns>The new depth and the reason for it.</returns>
    QueueDepthDecision Decide(in QueueDepthFigures figures);
}
