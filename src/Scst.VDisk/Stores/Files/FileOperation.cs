using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Scst.VDisk;

/// <summary>
/// One running operation of a <see cref="FileStore"/>: work item, waiter for a flush and source of the caller's task in one pooled
/// object, so that an operation allocates nothing. Belongs to the store from the call until the answer is taken.
/// </summary>
internal sealed class FileOperation : FlushWaiter, IThreadPoolWorkItem, IValueTaskSource<StoreStatus>
{
    private readonly FileStore _store;
    private ManualResetValueTaskSourceCore<StoreStatus> _source;

    internal FileOperation(FileStore store) => _store = store;

    internal FileOperationKind Kind { get; private set; }

    internal long Offset { get; private set; }

    internal long Length { get; private set; }

    internal Memory<byte> Destination { get; private set; }

    internal ReadOnlyMemory<byte> Source { get; private set; }

    /// <summary>Must be on stable storage before it completes.</summary>
    internal bool IsForced { get; private set; }

    /// <summary>The caller's task; to be taken before the operation is started, for then it may be over at any moment.</summary>
    internal ValueTask<StoreStatus> Task => new(this, _source.Version);

    public void Execute() => _store.Run(this);

    /// <summary>The ring's answer: bytes, or a negative errno.</summary>
    internal void EndOnRing(int result) => _store.EndOnRing(this, result);

    public StoreStatus GetResult(short token)
    {
        // Throws for a task that is consumed twice, and then leaves the object, by now somebody else's, alone.
        StoreStatus status = _source.GetResult(token);
        _source.Reset();
        _store.Return(this);
        return status;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    internal void SetRead(long offset, Memory<byte> destination)
    {
        Kind = FileOperationKind.Read;
        Offset = offset;
        Destination = destination;
    }

    internal void SetWrite(long offset, ReadOnlyMemory<byte> source, bool isForced)
    {
        Kind = FileOperationKind.Write;
        Offset = offset;
        Source = source;
        IsForced = isForced;
    }

    internal void SetUnmap(long offset, long length, bool isForced)
    {
        Kind = FileOperationKind.Unmap;
        Offset = offset;
        Length = length;
        IsForced = isForced;
    }

    internal void SetFlush() => Kind = FileOperationKind.Flush;

    internal void Complete(StoreStatus status)
    {
        // The memory is the caller's again from here on, and a pooled object must not keep it alive.
        Destination = default;
        Source = default;
        IsForced = false;
        _store.Leave();
        _source.SetResult(status);
    }

    internal override void FlushCompleted(StoreStatus status) => Complete(status);
}
