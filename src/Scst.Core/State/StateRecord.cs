using System;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Scst.Diagnostics;

namespace Scst;

/// <summary>
/// One record of a logical unit beside that of its persistent reservations, with what is known of it. Calls must not overlap.
/// A store that throws, which it must not, has failed.
/// </summary>
internal sealed class StateRecord
{
    /// <summary>
    /// Unit separator, which no name of a logical unit may contain: the record of one can't be taken for that of another, nor
    /// for persistent reservations, which have the bare name.
    /// </summary>
    internal const char Separator = '\u001f';

    private readonly IStateStore _store;
    private readonly ILogger _log;
    private readonly string _logicalUnit;
    private readonly string _purpose;
    private readonly string _name;
    private long _revision;

    internal StateRecord(LogicalUnit logicalUnit, IStateStore store, string purpose)
    {
        _store = store;
        _log = logicalUnit.Engine.Log;
        _logicalUnit = logicalUnit.Name;
        _purpose = purpose;
        _name = _logicalUnit + Separator + purpose;
    }

    /// <summary>What the last read or write has shown; before the first, that nothing is known.</summary>
    internal StateReadStatus Status { get; private set; } = StateReadStatus.Failed;

    /// <summary>The content; empty unless <see cref="StateReadStatus.Found"/>.</summary>
    internal ReadOnlyMemory<byte> Content { get; private set; }

    internal async ValueTask ReadAsync()
    {
        StateReadResult read;
        try
        {
            read = await _store.ReadAsync(_name).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            read = new(StateReadStatus.Failed, default, StateReadResult.UnreadableRevision) { Error = exception };
        }
        Status = read.Status;
        Content = read.Status == StateReadStatus.Found ? read.Content : default;
        _revision = read.Revision;
        if (read.Status is StateReadStatus.Failed or StateReadStatus.Unreadable)
            _log.RecordNotRead(read.Error, _purpose, _logicalUnit, read.Status);
    }

    /// <summary>Replaces the record that was read last.</summary>
    /// <returns>
    /// <see cref="StateWriteStatus.Stored"/> if the content is on stable storage for certain; <see cref="StateWriteStatus.Conflict"/>
    /// if another writer came first, whose record <see cref="Content"/> is now; otherwise <see cref="StateWriteStatus.Failed"/>.
    /// </returns>
    internal async ValueTask<StateWriteStatus> WriteAsync(ReadOnlyMemory<byte> content)
    {
        if (Status == StateReadStatus.Failed)
            await ReadAsync().ConfigureAwait(false);
        if (Status == StateReadStatus.Failed)
            return StateWriteStatus.Failed;
        StateWriteResult written;
        try
        {
            written = await _store.WriteAsync(_name, content, _revision).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            written = new(StateWriteStatus.Uncertain, 0) { Error = exception };
        }
        if (written.Status == StateWriteStatus.Stored)
        {
            Status = StateReadStatus.Found;
            Content = content;
            _revision = written.Revision;
            return StateWriteStatus.Stored;
        }
        _log.RecordNotStored(written.Error, _purpose, _logicalUnit, written.Status);
        if (written.Status == StateWriteStatus.Failed)
            return StateWriteStatus.Failed;
        // What is read then is what it stays.
        await ReadAsync().ConfigureAwait(false);
        if (Status == StateReadStatus.Found && Content.Span.SequenceEqual(content.Span))
            return StateWriteStatus.Stored;
        return written.Status == StateWriteStatus.Conflict ? StateWriteStatus.Conflict : StateWriteStatus.Failed;
    }
}
