using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Scst;

/// <summary>
/// Awaits the end of an abort, and goes on where the last aborted command ends: there may be no other thread (in the simulation), and
/// a task would choose one by the context of whoever ends that command.
/// </summary>
internal sealed class AbortAwaiter : ICriticalNotifyCompletion
{
    private static readonly Action _completed = static () => { };

    private Action? _continuation;

    public bool IsCompleted => Volatile.Read(ref _continuation) == _completed;

    public AbortAwaiter GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        if (Interlocked.CompareExchange(ref _continuation, continuation, null) is not null)
            continuation();
    }

    /// <summary>The abort is over.</summary>
    internal void Complete() => Interlocked.Exchange(ref _continuation, _completed)?.Invoke();
}
