using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Scst.VDisk.Tests;

/// <summary>An operation that ends when the test says so, in the test's context. Its result can be taken once only.</summary>
internal sealed class HeldCall : IValueTaskSource<StoreStatus>
{
    private readonly StoreStatus _status;
    private readonly Action _act;
    private readonly bool _throws;
    private ManualResetValueTaskSourceCore<StoreStatus> _core;
    private int _taken;

    internal HeldCall(StoreStatus status, Action act, bool throws)
    {
        _status = status;
        _act = act;
        _throws = throws;
    }

    internal ValueTask<StoreStatus> Task => new(this, _core.Version);

    internal void Finish()
    {
        if (_throws)
        {
            _core.SetException(new InvalidTimeZoneException("A store may throw anything."));
            return;
        }
        if (_status == StoreStatus.Ok)
            _act();
        _core.SetResult(_status);
    }

    public StoreStatus GetResult(short token) => Interlocked.Exchange(ref _taken, 1) == 0
        ? _core.GetResult(token)
        : throw new InvalidOperationException("The result was taken before.");

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
