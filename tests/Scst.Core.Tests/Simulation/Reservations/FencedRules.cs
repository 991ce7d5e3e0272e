using System;
using System.Collections.Generic;
using System.Linq;
using Scst.Core.Tests.Reservations.Persistent;
using Scst.Protocol;

namespace Scst.Tests.Simulation.Reservations;

/// <summary>What must hold, checked at the moment at which it could be broken, against the model of reservations.</summary>
internal sealed class FencedRules
{
    private const int Busy = 0x08;
    private const int TaskSetFull = 0x28;

    private readonly List<FencedCommand> _commands = [];
    private readonly List<PossibleState> _states;
    private readonly HashSet<TaskManagementRequest> _answered = [];
    private FencedCommand? _order;
    private int _clock;

    internal FencedRules(ReservationModel model) => _states = [new PossibleState(model, 0, null)];

    internal string? Failure { get; private set; }

    internal List<FencedSession> Sessions { get; } = [];

    internal int Functions { get; set; }

    internal IReadOnlyList<FencedCommand> Commands => _commands;

    /// <summary>PERSISTENT RESERVE OUTs go one at a time, so that what each is to be answered is known.</summary>
    internal bool IsOrderUnderWay => _order is not null;

    internal Func<PersistentReservationState> Found { get; set; } = null!;

    internal Dictionary<string, int> Seen { get; } = [];

    /// <summary>One of the states that may be.</summary>
    internal ReservationModel AnyModel => _states.Last(state => state.IsPossible).Model;

    internal int Tick() => ++_clock;

    internal void Submit(FencedCommand command)
    {
        command.CheckedFrom = command.Submitted;
        _commands.Add(command);
        // What is under way may find it still.
        command.MayBeSuppressed = _answered.Count < Functions
            || Possible().Any(state => state.Answer is { } under && under.Aborts.Contains(command.From.Nexus));
        if (command.Order is not { } order)
            return;
        _order = command;
        foreach (FencedSession session in Sessions)
            session.Told.Clear();
        foreach (PossibleState before in Possible())
        {
            ReservationModel after = before.Model.Copy();
            ModelAnswer answer = after.Do(command.From.Nexus, order);
            _states.Add(new PossibleState(after, _clock, answer));
            foreach (FencedCommand victim in _commands)
                victim.MayBeSuppressed |= answer.Aborts.Contains(victim.From.Nexus);
        }
    }

    /// <summary>The handler got a command.</summary>
    internal void CheckStart(FencedCommand started)
    {
        if (started.IsFenced)
            Fail($"{started} started although a PREEMPT AND ABORT had ended it");
        if (!_states.Any(state => state.Until >= started.CheckedFrom && Allows(state.Model, started)))
            Fail($"{started} started although it conflicts with every reservation that there can be");
    }

    internal void CheckWrite(FencedCommand command, byte[] data)
    {
        if (command.IsFenced)
            Fail($"{command} reached the medium after the answer to a PREEMPT AND ABORT that fenced it");
        if (command.Responses > 0)
            Fail($"{command} reached the medium after its own answer");
        if (!data.AsSpan().SequenceEqual(FencedHandler.Pattern(command.Tag)))
            Fail($"{command} has the data of another");
    }

    internal void CheckResponse(FencedCommand command, ScsiCommand response)
    {
        Tick();
        if (++command.Responses != 1)
            Fail($"{command} was answered {command.Responses} times");
        if (response.SuppressResponse && !command.MayBeSuppressed)
            Fail($"{command} got no answer and nothing had ended it");
        if (command.Started != 0 && command.Ended == 0)
            Fail($"{command} was answered while it could touch the medium");
        bool isHeard = !response.SuppressResponse;
        int sense = isHeard && response.Status == ScsiStatus.CheckCondition
            ? (response.SenseData[2] & 0x0F) << 16 | response.SenseData[12] << 8 | response.SenseData[13]
            : 0;
        command.From.IsKnown = true;
        if (sense >> 16 == 6)
            Told(command.From, sense & 0xFFFF);
        bool isGood = isHeard && response.Status == ScsiStatus.Good;
        if (isGood && command.IsRead && !FencedHandler.Bytes(response).AsSpan().SequenceEqual(FencedHandler.Pattern(command.Found)))
            Fail($"{command} did not get what was on the medium");
        if (command == _order)
            EndOrder(command, isHeard, (byte)response.Status, sense);
    }

    internal void CountAnswer(TaskManagementRequest request)
    {
        if (!_answered.Add(request))
            Fail($"{request.Function} was answered twice");
    }

    /// <summary>What was asked of an engine that is gone is not answered any more.</summary>
    internal void ForgetFunctions()
    {
        _answered.Clear();
        Functions = 0;
    }

    /// <summary>The power went, and came back.</summary>
    internal void CheckPowerOn(FencedCommand[] lost)
    {
        foreach (FencedCommand command in lost)
            (command.Responses, command.Ended) = (1, Tick());
        foreach (PossibleState state in Possible())
        {
            state.Model.PowerOn();
            state.Answer = null;
        }
        _order = null;
        Keep("after the power came back", state => state.IsThatOf(Found()));
        if (Found().Generation != 0)
            Fail("PRGENERATION is not zero after power on");
        Count("power on");
        if (Found().Registrations.Count > 0)
            Count("kept over power on");
    }

    internal void CheckEnd()
    {
        foreach (FencedCommand command in _commands.Where(command => command.Responses != 1))
            Fail($"{command} was answered {command.Responses} times");
        if (_answered.Count != Functions)
            Fail($"{Functions} task management functions had {_answered.Count} answers");
        foreach (FencedSession session in Sessions.Where(session => session.Due.Count > 0))
            Fail($"{session.Nexus} was not told {string.Join(" ", session.Due.Select(due => due.ToString("X4")))}");
        Keep("at the end", state => state.IsThatOf(Found()));
    }

    /// <summary>Rules are checked inside plug-ins, whose exceptions the engine contains; so the first one is kept.</summary>
    internal void Fail(string message) => Failure ??= message;

    internal void Count(string what) => Seen[what] = Seen.GetValueOrDefault(what) + 1;

    private PossibleState[] Possible() => [.. _states.Where(state => state.IsPossible)];

    private static bool Allows(ReservationModel model, FencedCommand command)
    {
        int column = model.ColumnOf(command.From.Nexus);
        return column < 0 || ModelTables.All.First(row => row.Cdb[0] == command.Cdb[0]).Columns[column];
    }

    private void Told(FencedSession session, int condition)
    {
        session.Told.Add(condition);
        session.Due.Remove(condition);
        // A reset or a loss of power makes the initiator ask for everything again (SAM-6, unit attention precedence).
        if (condition >> 8 == 0x29)
            session.Due.Clear();
        Count("told");
    }

    private void EndOrder(FencedCommand command, bool isHeard, byte status, int sense)
    {
        _order = null;
        bool wasDone = isHeard && status is not (Busy or TaskSetFull) && sense >> 16 is not (6 or 4);
        bool isUnknown = !isHeard;
        Keep(
            $"after {command} with {(isHeard ? $"status {status:X2} sense {sense:X}" : "no answer")}",
            state => state.IsThatOf(Found())
                && (isUnknown || (wasDone ? state.Answer is { } answer && answer.Status == status && answer.Sense == sense : state.Answer is null)));
        Count(isUnknown ? "order unheard" : sense >> 16 == 4 ? "order not stored" : $"order {command.Order!.Action} status {status:X2}");
        ModelAnswer? given = wasDone ? Possible().FirstOrDefault()?.Answer : null;
        foreach (PossibleState state in _states)
            state.Answer = null;
        if (given is null || status != 0)
            return;
        foreach (FencedSession session in Sessions)
        {
            bool isTold = given.Attentions.TryGetValue(session.Nexus, out int due) && session.IsKnown && !session.IsClosing;
            // It may have been told, or a reset may have taken its place, while the command was under way.
            if (isTold && !session.Told.Any(told => told == due || told >> 8 == 0x29))
                session.Due.Add(due);
            if (session.Due.Contains(due))
                Count("due");
        }
        ReservationModel now = Possible()[0].Model;
        foreach (FencedCommand victim in _commands)
        {
            // One that came later and may do what it does under what there is now was not there to be aborted.
            bool isLate = (victim.Started == 0 || victim.Started > command.Submitted) && !victim.IsTest && Allows(now, victim);
            if (victim != command && !isLate && given.Aborts.Contains(victim.From.Nexus))
                Fence(victim, command);
        }
    }

    private void Fence(FencedCommand victim, FencedCommand by)
    {
        if (victim.Started != 0 && victim.Ended == 0)
            Fail($"{by} was answered while {victim} could touch the medium");
        victim.IsFenced |= victim.Started != 0;
        if (victim.Started == 0)
            victim.CheckedFrom = _clock;
        Count("fenced");
    }

    /// <summary>Of the states that may be only some are left; at least one must be.</summary>
    private void Keep(string when, Func<PossibleState, bool> isLeft)
    {
        PossibleState[] possible = Possible();
        PossibleState[] left = [.. possible.Where(isLeft)];
        if (left.Length == 0)
            Fail($"{when} the reservations are what they cannot be:\n{Found()}");
        foreach (PossibleState state in possible.Except(left.Length == 0 ? possible : left))
            state.Until = _clock;
        foreach (PossibleState same in left.Skip(1).Where(state => state.Model.HasRecordOf(left[0].Model)))
            same.Until = _clock;
    }
}
