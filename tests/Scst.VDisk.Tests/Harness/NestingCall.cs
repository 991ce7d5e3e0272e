using System;
using System.Threading.Tasks.Sources;

namespace Scst.VDisk.Tests;

/// <summary>An operation that ends while its continuation is being registered, and calls it there and then.</summary>
internal sealed class NestingCall : IValueTaskSource<StoreStatus>
{
    [ThreadStatic]
    private static int _depth;

    private readonly ScriptedStore _store;
    private readonly StoreStatus _status;
    private bool _isCompleted;

    internal NestingCall(ScriptedStore store, StoreStatus status)
    {
        _store = store;
        _status = status;
    }

    public StoreStatus GetResult(short token) => _status;

    public ValueTaskSourceStatus GetStatus(short token) => _isCompleted ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _isCompleted = true;
        _depth++;
        _store.DeepestCompletion = Math.Max(_store.DeepestCompletion, _depth);
        continuation(state);
        _depth--;
    }
}
