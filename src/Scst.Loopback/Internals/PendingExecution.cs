using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Scst.Loopback;

/// <summary>
/// A command that somebody awaits. Pooled by its initiator; it goes back when its result is taken. Whoever awaits goes
/// on in the thread pool, never inside the target.
/// </summary>
internal sealed class PendingExecution : IValueTaskSource<LoopbackResult>
{
    private readonly LoopbackInitiator _initiator;
    private ManualResetValueTaskSourceCore<LoopbackResult> _core;
    private bool _isKept;

    internal PendingExecution(LoopbackInitiator initiator)
    {
        _initiator = initiator;
        _core = new ManualResetValueTaskSourceCore<LoopbackResult> { RunContinuationsAsynchronously = true };
        Command = new LoopbackCommand(this);
    }

    internal LoopbackCommand Command { get; }

    internal ValueTask<LoopbackResult> Result => new(this, _core.Version);

    internal void Finish() => _core.SetResult(Command.Result);

    internal async ValueTask<LoopbackResult> WithCancellationAsync(CancellationToken cancellationToken)
    {
        // A late cancellation must not meet another command in this object.
        _isKept = true;
        LoopbackResult result;
        using (cancellationToken.Register(static state => ((PendingExecution)state!).Abort(), this))
            result = await Result.ConfigureAwait(false);
        if (result.NoResponse)
            cancellationToken.ThrowIfCancellationRequested();
        return result;
    }

    LoopbackResult IValueTaskSource<LoopbackResult>.GetResult(short token)
    {
        LoopbackResult result = _core.GetResult(token);
        if (!_isKept)
        {
            _core.Reset();
            Command.DataIn = default;
            Command.DataOut = default;
            _initiator.Recycle(this);
        }
        return result;
    }

    ValueTaskSourceStatus IValueTaskSource<LoopbackResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<LoopbackResult>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Abort() => _initiator.Abort(Command);
}
