using System.Threading.Tasks;

namespace Scst.Loopback;

/// <summary>The end of a session that an initiator asks for.</summary>
internal sealed class CloseCall
{
    private readonly TaskCompletionSource<bool> _carriedOut = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal CloseCall(SessionEndReason reason) => Reason = reason;

    internal SessionEndReason Reason { get; }

    internal ValueTask CarriedOut => new(_carriedOut.Task);

    internal void Done() => _carriedOut.SetResult(true);
}
