using System.Threading;

namespace Scst.Testing;

/// <summary>
/// A driver that takes kernel-only segments, looks at none of them, and finds a fault in every second one that a handler lends.
/// </summary>
internal sealed class FaultingDriver : ITargetDriver, IKernelSegmentDriver
{
    private int _loans;

    internal int Faults { get; private set; }

    /// <summary>Whether a command came back with kernel-only segments after a fault in them.</summary>
    internal bool WasLentAgain { get; private set; }

    /// <summary>One for each command that is over.</summary>
    internal SemaphoreSlim Ended { get; } = new(0);

    public bool AcceptsKernelSegments(Session session) => true;

    public void RequestDataOut(ScsiCommand command) => command.DataOutReceived();

    public void AbortDataOut(ScsiCommand command)
    {
    }

    public void SendResponse(ScsiCommand command)
    {
        bool isLent = command.DataInLength > 0 && command.Segments[0].Kind != SegmentKind.Memory;
        bool hasFaulted = command.DriverState is not null;
        WasLentAgain |= isLent && hasFaulted;
        if (isLent && !hasFaulted && ++_loans % 2 == 0)
        {
            Faults++;
            command.DriverState = this;
            command.DataInFaulted();
            return;
        }
        command.DriverState = null;
        command.ResponseSent(delivered: true);
        Ended.Release();
    }

    public void TaskManagementDone(TaskManagementRequest request)
    {
    }
}
