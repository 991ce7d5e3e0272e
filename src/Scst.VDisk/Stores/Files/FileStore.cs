using System;
using System.Collections.Concurrent;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Scst.VDisk;

/// <summary>
/// A store in a regular file or on a block device, through the page cache of the operating system or by it. What needs no device
/// is done in the caller's context: reads of what is in the page cache (Linux), and everything but forced writes where the file
/// system is in memory. Other operations run on the thread pool, so a slow disk never holds up a caller. In the steady state none
/// allocates anything.
/// </summary>
/// <remarks>
/// <para><b>Stable storage.</b> Forced writes go to the page cache and then share one <c>fdatasync</c> with everything else that
/// asks at the time. A handle opened for write-through would force every write, one by one, and its failures could not be told
/// from those of the write.</para>
/// <para><b>Failure is final.</b> After a failed flush the operating system forgets which pages were lost. From then on every
/// flush and every forced write gives the same answer until the file is opened anew.</para>
/// <para><b>The name counts.</b> Bytes in a file that has no name any more are lost with the last handle. So if the path does not
/// lead to this file at the time of a flush, the flush and the forced writes of its round answer <see cref="StoreStatus.Gone"/>;
/// if the file comes back, the next flush is Ok again. Told by device and inode number on Linux and by existence elsewhere
/// (Windows lets nobody move the file).</para>
/// <para><b>Exclusion.</b> A writable store excludes every other store on the file. On Unix the lock is advisory and programs that
/// take none are not stopped; a file that becomes shorter under the store gives <see cref="StoreStatus.ReadError"/>, not zeros,
/// and <see cref="StoreStatus.WriteError"/> beyond its end, and fails the next flush for good. A block device is refused to
/// everybody who also wants it alone, mounting included; its bytes are its own, whatever becomes of its name.</para>
/// <para>Where holes can be punched (Linux, most file systems) the store also implements <see cref="IUnmapStore"/>.</para>
/// </remarks>
public partial class FileStore : IBlockStore, IStoreCharacteristics, ILendingStore, IFlushTarget
{
    /// <summary>Longer operations go to another thread: copying so much takes longer than the hop.</summary>
    private const int MostInline = 256 << 10;

    private readonly IFileIo _io;
    private readonly MediumLimits _limits;
    private readonly IFileRing? _ring;
    private readonly bool _writeThrough;
    private readonly FlushCombiner _flushes;
    private readonly OperationGate _gate;
    private readonly LengthWatch _watch;
    private readonly FileWindows? _windows;
    private readonly int _smallestLoan;
    private readonly int _smallestLoanForWriting;
    private readonly ConcurrentQueue<FileOperation> _pool = new();
    private readonly TaskCompletionSource<StoreStatus> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _closing;

    private protected FileStore(IFileIo io, long length, FileStoreOptions options)
    {
        _io = io;
        _limits = io.Limits;
        _ring = io.Ring;
        Length = length;
        IsReadOnly = options.ReadOnly;
        _writeThrough = options.WriteThrough;
        _gate = new OperationGate(OnDrained);
        _watch = new LengthWatch(io, length, options.Clock);
        _flushes = new FlushCombiner(this, static item => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false));
        _smallestLoan = options.SmallestZeroCopyRead;
        _smallestLoanForWriting = SmallestForWriting(options, io.IsInMemory);
        if (options.ZeroCopy && io.Pages is { } pages)
            _windows = FileWindows.TryCreate(pages, length, options.ScheduleLook);
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public bool IsReadOnly { get; }

    /// <summary>True unless the store is read-only or writes through.</summary>
    public bool HasVolatileWriteCache => !IsReadOnly && !_writeThrough;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the store.</exception>
    public ValueTask<StoreStatus> ReadAsync(long offset, Memory<byte> destination)
    {
        StoreRange.Check(Length, offset, destination.Length);
        if (!_gate.TryEnter()) return new ValueTask<StoreStatus>(StoreStatus.Gone);
        int done = destination.Length <= MostInline ? ReadNow(offset, destination.Span) : 0;
        if (done == destination.Length)
        {
            _gate.Exit();
            return new ValueTask<StoreStatus>(StoreStatus.Ok);
        }

        FileOperation operation = Rent();
        operation.SetRead(offset + done, destination[done..]);
        return QueueAsync(operation);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the store.</exception>
    public ValueTask<StoreStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options)
    {
        StoreRange.Check(Length, offset, source.Length);
        if (IsReadOnly) return new ValueTask<StoreStatus>(StoreStatus.ReadOnly);
        if (!_gate.TryEnter()) return new ValueTask<StoreStatus>(StoreStatus.Gone);
        bool isForced = _writeThrough || (options & StoreWriteOptions.ForceUnitAccess) != 0;
        if (_io.IsInMemory && !isForced && source.Length <= MostInline)
        {
            StoreStatus status = WriteNow(offset, source.Span);
            _gate.Exit();
            return new ValueTask<StoreStatus>(status);
        }

        FileOperation operation = Rent();
        operation.SetWrite(offset, source, isForced);
        return QueueAsync(operation);
    }

    /// <inheritdoc/>
    public ValueTask<StoreStatus> FlushAsync()
    {
        if (!_gate.TryEnter()) return new ValueTask<StoreStatus>(StoreStatus.Gone);
        if (IsReadOnly)
        {
            _gate.Exit();
            return new ValueTask<StoreStatus>(StoreStatus.Ok);
        }

        FileOperation operation = Rent();
        operation.SetFlush();
        // Joining the next round blocks nobody: the round itself runs on the thread pool.
        ValueTask<StoreStatus> task = operation.Task;
        _flushes.Enlist(operation);
        return task;
    }

    /// <summary>
    /// Closes the store and tells whether it is safe to: refuses new operations (<see cref="StoreStatus.Gone"/>), waits for the
    /// running ones, flushes, closes the file. May be called more than once; every call gives the same answer.
    /// </summary>
    /// <returns>The answer of the last flush; the file is closed whatever it is.</returns>
    public ValueTask<StoreStatus> CloseAsync()
    {
        if (Interlocked.Exchange(ref _closing, 1) == 0) _gate.Close();
        return new ValueTask<StoreStatus>(_closed.Task);
    }

    /// <summary>Closes the store as <see cref="CloseAsync"/> does, for owners that did not call it.</summary>
    /// <returns>A task that ends when the file is closed.</returns>
    /// <exception cref="IOException">
    /// The last flush failed and nobody was told, because <see cref="CloseAsync"/> has not been called before: bytes are lost.
    /// </exception>
    public async ValueTask DisposeAsync()
    {
        bool told = Volatile.Read(ref _closing) != 0;
        StoreStatus status = await CloseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
        if (!told && status != StoreStatus.Ok) throw new IOException($"The last flush of the disk failed: {status}.");
    }

    /// <inheritdoc/>
    int ILendingStore.SmallestLoan => _windows is null ? int.MaxValue : _smallestLoan;

    /// <inheritdoc/>
    bool ILendingStore.TryLend(long offset, int length, out PageLoan loan)
    {
        StoreRange.Check(Length, offset, length);
        loan = default;
        if (_windows is null || Volatile.Read(ref _closing) != 0 || !_windows.TryLend(offset, length, forWriting: false, out loan)) return false;
        if (HasBytesTo(offset + length)) return true;
        loan.Return();
        loan = default;
        return false;
    }

    /// <inheritdoc/>
    void ILendingStore.Distrust(long offset, int length) => _windows?.Forget(offset, length);

    /// <summary>One round of the combiner: everything written so far, to stable storage.</summary>
    FlushResult IFlushTarget.Flush()
    {
        try
        {
            _io.Flush();
            // After, not before: what is unlinked in the middle of a flush is not safe either.
            return _io.Inspect(Length) switch
            {
                FileIdentity.Same => new FlushResult(StoreStatus.Ok, IsFinal: false),
                FileIdentity.Elsewhere => new FlushResult(StoreStatus.Gone, IsFinal: false),
                _ => new FlushResult(StoreStatus.FlushFailed, IsFinal: true),
            };
        }
        catch (Exception e)
        {
            return new FlushResult(FileErrors.ToStatus(e, FileOperationKind.Flush), IsFinal: true);
        }
    }

    /// <summary>The part of an operation that blocks, on a thread of the pool.</summary>
    internal void Run(FileOperation operation)
    {
        StoreStatus status;
        try
        {
            status = operation.Kind switch
            {
                FileOperationKind.Read => Read(operation.Offset, operation.Destination.Span),
                FileOperationKind.Write => Write(operation.Offset, operation.Source.Span),
                FileOperationKind.Unmap => Unmap(operation.Offset, operation.Length),
                _ => StoreStatus.InternalError,
            };
        }
        catch (Exception e)
        {
            status = FileErrors.ToStatus(e, operation.Kind);
        }

        Conclude(operation, status);
    }

    /// <summary>The operation is over: counted out before its awaiter can reuse it.</summary>
    internal void Leave() => _gate.Exit();

    /// <summary>The awaiter has its answer.</summary>
    internal void Return(FileOperation operation) => _pool.Enqueue(operation);

    private protected ValueTask<StoreStatus> QueueUnmapAsync(long offset, long length)
    {
        StoreRange.Check(Length, offset, length);
        if (!_gate.TryEnter()) return new ValueTask<StoreStatus>(StoreStatus.Gone);
        FileOperation operation = Rent();
        operation.SetUnmap(offset, length, _writeThrough);
        return QueueAsync(operation);
    }

    private ValueTask<StoreStatus> QueueAsync(FileOperation operation)
    {
        ValueTask<StoreStatus> task = operation.Task;
        if (!TryStartOnRing(operation)) ThreadPool.UnsafeQueueUserWorkItem(operation, preferLocal: false);
        return task;
    }

    private FileOperation Rent() => _pool.TryDequeue(out FileOperation? operation) ? operation : new FileOperation(this);

    /// <summary>Reads as much as can be had without waiting; whatever stands in the way, the way of all other reads tells it.</summary>
    private int ReadNow(long offset, Span<byte> destination)
    {
        int done = 0;
        try
        {
            while (done < destination.Length && _io.TryReadNow(offset + done, destination[done..]) is > 0 and int count)
                done += count;
        }
        catch (Exception e) when (FileErrors.IsFromSystem(e))
        {
            return done;
        }

        return done;
    }

    /// <summary>Somebody may have cut the file. What is behind its end in its last page reads as zeros, without any error.</summary>
    private bool HasBytesTo(long end)
    {
        try
        {
            return _watch.Reaches(end);
        }
        catch (Exception e) when (FileErrors.IsFromSystem(e) || e is ObjectDisposedException)
        {
            return false;
        }
    }

    private StoreStatus WriteNow(long offset, ReadOnlySpan<byte> source)
    {
        try
        {
            return Write(offset, source);
        }
        catch (Exception e)
        {
            return FileErrors.ToStatus(e, FileOperationKind.Write);
        }
    }

    private StoreStatus Read(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int count = _io.Read(offset, destination);
            // The file ends before the store does: somebody cut it. Zeros would be a lie.
            if (count <= 0) return StoreStatus.ReadError;
            destination = destination[count..];
            offset += count;
        }

        return StoreStatus.Ok;
    }

    private StoreStatus Write(long offset, ReadOnlySpan<byte> source)
    {
        // Somebody cut the file. A write beyond its end would make it as long as before, with zeros for what was cut off, and the
        // next flush would find nothing wrong.
        if (_io.Length < offset + source.Length) return StoreStatus.WriteError;
        _io.Write(offset, source);
        return StoreStatus.Ok;
    }

    private StoreStatus Unmap(long offset, long length)
    {
        // Somebody cut the file: what is gone does not read as zeros.
        if (_io.Length < offset + length) return StoreStatus.WriteError;
        // Through a mapping a hole of a file in memory would get room again. Before, so that nothing is lent that is about to be
        // one; after, so that what was found in between is not believed.
        _windows?.Forget(offset, length);
        _io.Holes!.PunchHole(offset, length);
        _windows?.Forget(offset, length);
        return StoreStatus.Ok;
    }

    /// <summary>The gate is closed and the last operation has left.</summary>
    private void OnDrained()
    {
        if (IsReadOnly) Finish(StoreStatus.Ok);
        else _flushes.Enlist(new LastFlush(this));
    }

    private void Finish(StoreStatus status)
    {
        _windows?.Close();
        try
        {
            _io.Dispose();
        }
        catch (Exception e)
        {
            // The first failure is the one to tell.
            if (status == StoreStatus.Ok) status = FileErrors.ToStatus(e, FileOperationKind.Flush);
        }

        _closed.SetResult(status);
    }

    private sealed class LastFlush : FlushWaiter
    {
        private readonly FileStore _store;

        internal LastFlush(FileStore store) => _store = store;

        internal override void FlushCompleted(StoreStatus status) => _store.Finish(status);
    }
}
