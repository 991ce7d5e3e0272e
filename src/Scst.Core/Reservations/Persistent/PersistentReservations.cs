using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Scst.Diagnostics;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// The persistent reservations of one logical unit at work. Commands look at an immutable state. What changes it goes through one
/// queue, so that changes are serialised without holding up anything else: store, publish, tell, abort, answer.
/// </summary>
internal class PersistentReservations
{
    private readonly object _lock = new();
    private readonly LogicalUnit _logicalUnit;
    private readonly IStateStore? _store;
    private readonly LinkedList<Turn> _waiting = new();
    private readonly bool _isOffered;
    private PersistentReservationState _state = PersistentReservationState.Empty;
    private long _revision;
    private bool _isBusy;
    private bool _mustLoad;

    internal PersistentReservations(LogicalUnit logicalUnit)
    {
        _logicalUnit = logicalUnit;
        _isOffered = logicalUnit.Description.HasPersistentReservations;
        // Where no initiator could release what a record says, it counts for nothing.
        _store = _isOffered ? logicalUnit.Engine.Options.StateStore : null;
    }

    internal PersistentReservationState State => Volatile.Read(ref _state);

    internal bool CanPersist => _store is not null;

    /// <summary>Until the record is there the logical unit is held: whoever comes first may be one who is locked out.</summary>
    internal void HoldUntilLoaded()
    {
        if (_store is null)
            return;
        // The first turn is that of the record: an operator's restore must not come before it.
        _isBusy = true;
        _logicalUnit.TaskSet.Hold();
    }

    /// <summary>Reads the record.</summary>
    internal void Load()
    {
        if (_store is not null)
            _ = LoadAndReleaseAsync();
    }

    /// <summary>What the reservations make of a command that is about to run.</summary>
    internal ReservationVerdict Check(ScsiCommand command)
    {
        PersistentReservationState state = StateFor(command);
        if (state.Reservation is null && !state.IsLost)
            return ReservationVerdict.Allowed;
        if (state.IsLost)
            return CheckLost(command);
        bool isAllowed = command.Descriptor is not { } descriptor
            || ReservationRules.Allows(command.Nexus!.RequiredUnder(state), descriptor, command.Cdb);
        return isAllowed ? ReservationVerdict.Allowed : ReservationVerdict.Conflict;
    }

    /// <summary>Executes PERSISTENT RESERVE OUT or RESERVE, when those before it are done.</summary>
    internal void Execute(ScsiCommand command)
    {
        var turn = new Turn(command, null);
        if (TryBegin(turn))
            _ = RunAsync(turn);
        // An abort that came before the command was in the queue did not find it there.
        else if (command.IsAborted)
            Withdraw(command);
    }

    /// <summary>Replaces the state by that of a text, when those before it are done.</summary>
    internal Task<PersistentReservationRestoreResult> RestoreAsync(string text)
    {
        if (!_isOffered)
            throw new InvalidOperationException($"{_logicalUnit} has no persistent reservations.");
        var restore = new PersistentReservationRestore(text);
        var turn = new Turn(null, restore);
        if (TryBegin(turn))
            _ = RunAsync(turn);
        return restore.Task;
    }

    /// <summary>
    /// An aborted command does not wait for those before it, one of which may be what aborted it and waits for its end.
    /// </summary>
    internal void Withdraw(ScsiCommand command)
    {
        lock (_lock)
        {
            if (!_waiting.Remove(new Turn(command, null)))
                return;
        }
        command.Complete();
    }

    /// <summary>What a command that has its turn is held against. The tests replace it by what was before, and must notice.</summary>
    private protected virtual PersistentReservationState StateFor(ScsiCommand command) => State;

    /// <summary>Begins to abort commands. The tests replace it by one that waits for nothing, and must notice.</summary>
    private protected virtual AbortAwaiter Abort(IReadOnlyList<NexusId> nexuses, ScsiCommand command) =>
        _logicalUnit.Engine.TaskManager.Preempt(_logicalUnit, [.. nexuses], command);

    /// <summary>A store that only did not answer is asked again, for those who come later: what it has may not be lost at all.</summary>
    private ReservationVerdict CheckLost(ScsiCommand command)
    {
        if (ReservationRules.IsAllowedWhenLost(command.Cdb))
            return ReservationVerdict.Allowed;
        if (Volatile.Read(ref _mustLoad) && TryBegin(default))
            _ = RunAsync(default);
        return ReservationVerdict.InformationLost;
    }

    /// <param name="turn">Who wants to have it; nobody does not wait.</param>
    private bool TryBegin(in Turn turn)
    {
        lock (_lock)
        {
            bool begins = !_isBusy;
            if (begins)
                _isBusy = true;
            else if (!turn.IsNobody)
                _waiting.AddLast(turn);
            return begins;
        }
    }

    /// <summary>
    /// One method for all, so that what goes on after a wait goes on where that ended, and in that order: store, publish, tell,
    /// abort, answer.
    /// </summary>
    private async Task RunAsync(Turn turn)
    {
        do
        {
            PersistentReserveOutOutcome outcome;
            ScsiCommand? command = turn.Command;
            bool isStored = true;
            try
            {
                if (_mustLoad)
                    TakeAgain(await _store!.ReadAsync(_logicalUnit.Name).ConfigureAwait(false));
                outcome = Decide(turn);
                if (outcome.Record is { } record)
                {
                    StateWriteResult written = await _store!.WriteAsync(_logicalUnit.Name, record, _revision).ConfigureAwait(false);
                    isStored = TakeIn(written);
                    if (!isStored && written.Status != StateWriteStatus.Failed)
                        isStored = IsStored(await _store.ReadAsync(_logicalUnit.Name).ConfigureAwait(false), record);
                }
                else if (turn.Restore is not null)
                {
                    isStored = !_mustLoad;
                }
                if (!isStored)
                    outcome = NotStored();
            }
            catch (Exception exception)
            {
                // A store must not throw, but the queue must go on if one does.
                _logicalUnit.Engine.Log.ReservationsNotStored(exception, _logicalUnit.Name, StateWriteStatus.Uncertain);
                Volatile.Write(ref _mustLoad, _store is not null);
                isStored = false;
                outcome = NotStored();
            }
            // A full fence: a command that marked itself before is seen by the abort, and whoever marks itself later sees this.
            Interlocked.Exchange(ref _state, outcome.State);
            Tell(outcome.UnitAttentions);
            if (outcome.Aborts.Count > 0)
            {
                await Abort(outcome.Aborts, command!);
                // SPC-6, PREEMPT AND ABORT: as if each of them had allowed it.
                _logicalUnit.AllowMediumRemoval(outcome.Aborts);
            }
            if (outcome.Status == ScsiStatus.CheckCondition)
                command?.Fail(outcome.Sense);
            else
                command?.Complete(outcome.Status);
            turn.Restore?.Complete(isStored);
            turn = TakeNext();
        }
        while (!turn.IsNobody);
    }

    private Turn TakeNext()
    {
        lock (_lock)
        {
            Turn next = _waiting.First?.Value ?? default;
            if (next.IsNobody)
                _isBusy = false;
            else
                _waiting.RemoveFirst();
            return next;
        }
    }

    private PersistentReserveOutOutcome Decide(in Turn turn) => turn.Restore switch
    {
        null => Decide(turn.Command),
        _ when _mustLoad => NotStored(),
        { } restore when _logicalUnit.Reservation is Spc2Reservation => restore.Refuse(State),
        { } restore => restore.Decide(State, MakeContext()),
    };

    private PersistentReserveOutOutcome Decide(ScsiCommand? command)
    {
        if (command is null || command.IsAborted)
            return Ended(ScsiStatus.Good);
        // A RESERVE may have come between the check and this.
        if (_logicalUnit.Reservation?.ConflictsWith(command) == true)
            return Ended(ScsiStatus.ReservationConflict);
        if (command.Descriptor!.Code != OperationCode.PersistentReserveOut)
            return Ended(ReserveCommands.StatusOf(command));
        if (!TryParse(command, out PersistentReserveOutRequest? request, out Sense sense))
            return Failed(sense);
        if (command.Session.NexusId is not { } nexus)
            return Failed(Sense.IllegalRequest(AdditionalSense.InvalidCommandOperationCode));
        return _mustLoad ? NotStored() : PersistentReserveOut.Execute(State, MakeContext(), nexus, request!);
    }

    private static bool TryParse(ScsiCommand command, out PersistentReserveOutRequest? request, out Sense sense)
    {
        ReadOnlySpan<byte> list = command.DataOutLength == 0 ? default : command.FirstSegment.Slice(0, command.DataOutLength);
        return PersistentReserveOutRequest.TryParse(new PersistentReserveOutCdb(command.Cdb), list, out request, out sense);
    }

    private PersistentReservationContext MakeContext()
    {
        IReadOnlyList<Target> targets = _logicalUnit.Engine.Targets;
        return new()
        {
            TargetPorts =
            [
                .. targets
                    .Where(target => target.TransportIdDriver is not null && target.Shows(_logicalUnit))
                    .Select(target => (target.RelativeTargetPort, target.TransportIdDriver!.Protocol)),
            ],
            InitiatorPorts =
            [
                .. targets
                    .SelectMany(target => target.Sessions)
                    .Select(session => session.NexusId?.InitiatorPort)
                    .OfType<TransportId>()
                    .Distinct(),
            ],
            CanPersist = CanPersist,
        };
    }

    private void Tell(IReadOnlyList<(NexusId Nexus, AdditionalSense Condition)> unitAttentions)
    {
        if (unitAttentions.Count == 0)
            return;
        var conditions = unitAttentions.ToDictionary(told => told.Nexus, told => told.Condition);
        foreach (LunNexus nexus in _logicalUnit.Nexuses)
        {
            if (nexus.IsGone || nexus.Session.NexusId is not { } id || !conditions.TryGetValue(id, out AdditionalSense condition))
                continue;
            nexus.Attention.Establish(condition);
            nexus.Session.ReportAsyncEvent(nexus.Lun, condition);
        }
    }

    /// <returns>Whether the record is on stable storage for certain.</returns>
    private bool TakeIn(in StateWriteResult written)
    {
        if (written.Status == StateWriteStatus.Stored)
        {
            _revision = written.Revision;
            return true;
        }
        _logicalUnit.Engine.Log.ReservationsNotStored(written.Error, _logicalUnit.Name, written.Status);
        return false;
    }

    /// <summary>What is read after a write of which nobody knows what became, or which another writer has forestalled.</summary>
    private bool IsStored(in StateReadResult read, ReadOnlyMemory<byte> record)
    {
        bool isStored = read.Status == StateReadStatus.Found && read.Content.Span.SequenceEqual(record.Span);
        if (isStored)
            _revision = read.Revision;
        else
            TakeAgain(read);
        return isStored;
    }

    private async Task LoadAndReleaseAsync()
    {
        StateReadResult read;
        try
        {
            read = await _store!.ReadAsync(_logicalUnit.Name).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            read = new StateReadResult(StateReadStatus.Failed, default, StateReadResult.UnreadableRevision) { Error = exception };
        }
        PersistentReservationState state = StateOf(read);
        if (state.IsLost)
            _logicalUnit.Engine.Log.ReservationsLost(read.Error, _logicalUnit.Name, read.Status);
        Volatile.Write(ref _mustLoad, read.Status == StateReadStatus.Failed);
        _revision = read.Revision;
        Interlocked.Exchange(ref _state, state);
        _logicalUnit.TaskSet.Release();
        Turn next = TakeNext();
        if (!next.IsNobody)
            await RunAsync(next).ConfigureAwait(false);
    }

    /// <summary>
    /// The record was read again, because it was not known what it says. What is in memory stays as it is, unless that was lost or
    /// the record says something else: that of another writer, or of a change that was thought to have failed.
    /// </summary>
    private void TakeAgain(in StateReadResult read)
    {
        Volatile.Write(ref _mustLoad, read.Status == StateReadStatus.Failed);
        _revision = read.Revision;
        PersistentReservationState before = State;
        PersistentReservationState state = StateOf(read);
        // A record that cannot be read any more is no reason to doubt what is in memory, and will be replaced.
        if (state.IsLost || state.HasRecordOf(before))
            return;
        // One that says nothing is that of a state which is not to survive a loss of power, and there is none yet.
        if (!state.Aptpl && !before.IsLost)
            state = new(before.Registrations, before.Reservation, before.Generation, aptpl: false);
        if (state.HasRecordOf(before))
            return;
        // PRGENERATION goes on, so that those who compare it see that something has changed.
        uint generation = before.IsLost ? 0 : unchecked(before.Generation + 1);
        state = new(state.Registrations, state.Reservation, generation, state.Aptpl);
        Interlocked.Exchange(ref _state, state);
        Tell(DifferenceTo(before, state));
    }

    private static (NexusId Nexus, AdditionalSense Condition)[] DifferenceTo(
        PersistentReservationState before, PersistentReservationState after)
    {
        bool isReleased = before.Reservation is not null && before.Reservation != after.Reservation;
        return
        [
            .. before.Registrations
                .Select(registration => registration.Nexus)
                .Where(nexus => isReleased || !after.KeyOf(nexus).HasValue)
                .Select(nexus => (
                    nexus,
                    after.KeyOf(nexus).HasValue ? AdditionalSense.ReservationsReleased : AdditionalSense.RegistrationsPreempted)),
        ];
    }

    private static PersistentReservationState StateOf(in StateReadResult read) => read.Status switch
    {
        StateReadStatus.Found => PersistentReservationRecord.Read(read.Content.Span),
        StateReadStatus.Absent => PersistentReservationState.Empty,
        _ => PersistentReservationState.Lost,
    };

    private PersistentReserveOutOutcome Ended(ScsiStatus status) => new() { State = State, Status = status };

    private PersistentReserveOutOutcome NotStored() => Failed(Sense.HardwareError(AdditionalSense.InternalTargetFailure));

    private PersistentReserveOutOutcome Failed(in Sense sense) =>
        new() { State = State, Status = ScsiStatus.CheckCondition, Sense = sense };

    /// <summary>Who has the turn to change the state: a command, an operator, or nobody, who only sees to the record.</summary>
    private readonly record struct Turn(ScsiCommand? Command, PersistentReservationRestore? Restore)
    {
        internal bool IsNobody => Command is null && Restore is null;
    }
}
