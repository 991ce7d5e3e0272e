using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Scst.Tests;

/// <summary>What a <see cref="ScriptedStateStore"/> makes of a write.</summary>
internal enum StoreScript
{
    /// <summary>It is stored.</summary>
    Stores,

    /// <summary>It fails, and nothing is stored.</summary>
    Fails,

    /// <summary>Nobody knows what became of it; the old record is there.</summary>
    LeavesOld,

    /// <summary>Nobody knows what became of it; the new record is there.</summary>
    LeavesNew,

    /// <summary>The call throws, and nothing is stored.</summary>
    Throws,

    /// <summary>The task of the call fails, and nothing is stored.</summary>
    ThrowsLater,
}

/// <summary>
/// Records in memory, which outlive engines. The calls for one of them, that of persistent reservations unless the test names
/// another, complete at once, or when the test says so; the others are simply kept.
/// </summary>
/// <param name="purpose">What stands behind U+001F in the name of the record that the test is about; null: there is none.</param>
internal sealed class ScriptedStateStore(string? purpose = null) : IStateStore
{
    private const char Separator = '\u001f';

    private readonly Dictionary<string, (byte[] Record, long Revision)> _others = [];
    private readonly Queue<(TaskCompletionSource<StateReadResult> Result, Func<StateReadResult> Call)> _reads = new();
    private readonly Queue<(TaskCompletionSource<StateWriteResult> Result, Func<StateWriteResult> Call)> _writes = new();

    /// <summary>The record; null: there is none.</summary>
    internal byte[]? Record { get; private set; }

    internal long Revision { get; private set; }

    /// <summary>Whether the record is damaged.</summary>
    internal bool IsUnreadable { get; set; }

    /// <summary>How many reads are still to fail.</summary>
    internal int FailingReads { get; set; }

    /// <summary>What becomes of the next writes; the others are stored.</summary>
    internal Queue<StoreScript> Script { get; } = new();

    internal bool HoldsReads { get; set; }

    internal bool HoldsWrites { get; set; }

    internal int Reads { get; private set; }

    internal int Writes { get; private set; }

    internal int HeldWrites => _writes.Count;

    public ValueTask<StateReadResult> ReadAsync(string name)
    {
        if (!IsScripted(name))
        {
            bool isThere = _others.TryGetValue(name, out (byte[] Record, long Revision) other);
            return new(new StateReadResult(isThere ? StateReadStatus.Found : StateReadStatus.Absent, other.Record, other.Revision));
        }
        Reads++;
        if (!HoldsReads)
            return new(Read());
        var held = new TaskCompletionSource<StateReadResult>();
        _reads.Enqueue((held, Read));
        return new(held.Task);
    }

    public ValueTask<StateWriteResult> WriteAsync(string name, ReadOnlyMemory<byte> content, long expectedRevision)
    {
        if (!IsScripted(name))
        {
            long revision = _others.TryGetValue(name, out (byte[] Record, long Revision) other) ? other.Revision : 0;
            if (revision != expectedRevision)
                return new(new StateWriteResult(StateWriteStatus.Conflict, 0));
            _others[name] = (content.ToArray(), revision + 1);
            return new(new StateWriteResult(StateWriteStatus.Stored, revision + 1));
        }
        Writes++;
        StoreScript script = Script.Count > 0 ? Script.Dequeue() : StoreScript.Stores;
        if (script == StoreScript.Throws)
            throw new IOException("as the test asked");
        if (script == StoreScript.ThrowsLater)
            return new(Task.FromException<StateWriteResult>(new IOException("as the test asked")));
        if (!HoldsWrites)
            return new(Write(content, expectedRevision, script));
        var held = new TaskCompletionSource<StateWriteResult>();
        _writes.Enqueue((held, () => Write(content, expectedRevision, script)));
        return new(held.Task);
    }

    /// <summary>Another writer replaces the record.</summary>
    internal void Put(byte[]? record)
    {
        IsUnreadable = false;
        Record = record;
        Revision = record is null ? 0 : Math.Max(Revision, 0) + 1;
    }

    internal void CompleteRead()
    {
        (TaskCompletionSource<StateReadResult> result, Func<StateReadResult> call) = _reads.Dequeue();
        Inline(() => result.SetResult(call()));
    }

    internal void CompleteWrite()
    {
        (TaskCompletionSource<StateWriteResult> result, Func<StateWriteResult> call) = _writes.Dequeue();
        Inline(() => result.SetResult(call()));
    }

    /// <summary>Whoever waits goes on before this returns; that takes a thread without a context.</summary>
    private static void Inline(Action action)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private bool IsScripted(string name)
    {
        int separator = name.IndexOf(Separator);
        return purpose is null ? separator < 0 : separator >= 0 && name.Substring(separator + 1) == purpose;
    }

    private StateReadResult Read()
    {
        if (FailingReads > 0)
        {
            FailingReads--;
            return new(StateReadStatus.Failed, default, StateReadResult.UnreadableRevision) { Error = new IOException("as the test asked") };
        }
        if (IsUnreadable)
            return new(StateReadStatus.Unreadable, default, StateReadResult.UnreadableRevision);
        return Record is null ? new(StateReadStatus.Absent, default, 0) : new(StateReadStatus.Found, Record, Revision);
    }

    private StateWriteResult Write(ReadOnlyMemory<byte> content, long expectedRevision, StoreScript script)
    {
        if (expectedRevision != (IsUnreadable ? StateReadResult.UnreadableRevision : Revision))
            return new(StateWriteStatus.Conflict, 0);
        if (script is StoreScript.Stores or StoreScript.LeavesNew)
            Put(content.ToArray());
        return script switch
        {
            StoreScript.Stores => new(StateWriteStatus.Stored, Revision),
            StoreScript.Fails => new(StateWriteStatus.Failed, 0) { Error = new IOException("as the test asked") },
            _ => new(StateWriteStatus.Uncertain, 0) { Error = new IOException("as the test asked") },
        };
    }
}
