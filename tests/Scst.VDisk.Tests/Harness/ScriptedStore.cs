using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace Scst.VDisk.Tests;

/// <summary>
/// A store over an array that writes down what it is asked and ends each operation as the test wants. It says nothing of itself,
/// so it counts as one with a volatile cache.
/// </summary>
internal sealed class ScriptedStore : IBlockStore, IUnmapStore, IMappingStore
{
    private readonly object _lock = new();
    private readonly List<StoreCall> _calls = [];
    private readonly Queue<HeldCall> _held = new();

    internal ScriptedStore(int length) => Bytes = new byte[length];

    public long Length => Bytes.Length;

    public long UnmapGranularity => 512;

    internal byte[] Bytes { get; }

    /// <summary>The status of each operation.</summary>
    internal Func<StoreCall, StoreStatus> Answer { get; set; } = static _ => StoreStatus.Ok;

    /// <summary>What has room, by offset and length.</summary>
    internal Func<long, long, StoreMapping> Mapping { get; set; } = static (_, length) => new StoreMapping(StoreStatus.Ok, true, length);

    /// <summary>How each operation ends.</summary>
    internal Func<StoreCall, CallEnding> Ending { get; set; } = static _ => CallEnding.Inline;

    /// <summary>Whether it was disposed.</summary>
    internal bool IsDisposed { get; private set; }

    /// <summary>How deep completions were nested at most.</summary>
    internal int DeepestCompletion { get; set; }

    internal StoreCall[] Calls
    {
        get
        {
            lock (_lock)
                return [.. _calls];
        }
    }

    internal StoreCallKind[] Kinds => [.. Calls.Select(call => call.Kind)];

    internal int HeldCount
    {
        get
        {
            lock (_lock)
                return _held.Count;
        }
    }

    public ValueTask<StoreStatus> ReadAsync(long offset, Memory<byte> destination) => Call(
        new StoreCall(StoreCallKind.Read, offset, destination.Length),
        () => Bytes.AsMemory((int)offset, destination.Length).CopyTo(destination));

    public ValueTask<StoreStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options) => Call(
        new StoreCall(StoreCallKind.Write, offset, source.Length, options == StoreWriteOptions.ForceUnitAccess),
        () => source.CopyTo(Bytes.AsMemory((int)offset)));

    public ValueTask<StoreStatus> FlushAsync() => Call(new StoreCall(StoreCallKind.Flush), static () => { });

    public ValueTask<StoreStatus> UnmapAsync(long offset, long length) => Call(
        new StoreCall(StoreCallKind.Unmap, offset, length),
        () => Bytes.AsSpan((int)offset, (int)length).Clear());

    public ValueTask<StoreMapping> FindMappingAsync(long offset, long length) => new(Mapping(offset, length));

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return default;
    }

    internal void Forget()
    {
        lock (_lock)
            _calls.Clear();
    }

    /// <summary>Ends the oldest held operation; its continuation runs here.</summary>
    internal void Finish()
    {
        HeldCall call;
        lock (_lock)
            call = _held.Dequeue();
        call.Finish();
    }

    /// <summary>Holds nothing any more, so that the disk can be disposed, also after a test that failed.</summary>
    internal void FinishAll()
    {
        Ending = static _ => CallEnding.Inline;
        while (HeldCount > 0)
            Finish();
    }

    private ValueTask<StoreStatus> Call(StoreCall call, Action act)
    {
        lock (_lock)
            _calls.Add(call);
        CallEnding ending = Ending(call);
        StoreStatus status = Answer(call);
        switch (ending)
        {
            case CallEnding.Inline:
                if (status == StoreStatus.Ok)
                    act();
                return new ValueTask<StoreStatus>(status);
            case CallEnding.Throws:
                throw new InvalidTimeZoneException("A store may throw anything.");
            case CallEnding.InsideOnCompleted:
                act();
                return new ValueTask<StoreStatus>(new NestingCall(this, status), 0);
            default:
                var held = new HeldCall(status, act, ending == CallEnding.HeldThenThrows);
                lock (_lock)
                    _held.Enqueue(held);
                return held.Task;
        }
    }
}
