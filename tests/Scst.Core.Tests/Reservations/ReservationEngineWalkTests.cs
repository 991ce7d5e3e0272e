using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Core.Tests.Reservations.Persistent;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>
/// A seeded walk through the whole middle level beside the model: orders of several initiators through two target ports, sessions
/// that come and go, losses of power, stores that fail. One seed is one history.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed partial class ReservationEngineWalkTests
{
    private const int InformationLost = 0x74401;
    private const int NotStored = 0x44400;

    private static readonly TransportId[] _named =
    [
        .. WalkWorld.Names.Select(name => TransportId.Iscsi(name, 0)),
        TransportId.IscsiDevice("a"), TransportId.IscsiDevice("unknown"), TransportId.Iscsi("d", 0), TransportId.Sas(0x5000_0000_0000_0001),
    ];

    private readonly Dictionary<(int Action, byte Status), int> _seen = [];
    private readonly Dictionary<string, int> _events = [];
    private readonly HashSet<int> _heldTypes = [];
    private Random _random = null!;
    private WalkWorld _world = null!;
    private string _what = "";

    // A store that has thrown is asked before the next change, which then has nothing to lose to another writer.
    private bool _mustAsk;

    private ReservationModel Model => _world.Model;

    [Test]
    public async Task The_middle_level_and_the_model_agree_on_every_step()
    {
        await WalkAllAsync(seeds: 84, steps: 600);
        for (int action = 0; action <= 8; action++)
        {
            foreach (byte status in action == 6 ? new byte[] { 0x00, 0x02 } : [0x00, 0x02, 0x18])
                Assert.That(_seen.GetValueOrDefault((action, status)), Is.GreaterThan(0), $"Service action {action}, status {status:X2}.");
        }
        Assert.That(_heldTypes, Is.EquivalentTo(new[] { 0, 1, 3, 5, 6, 7, 8 }));
        // A walk that went nowhere would prove nothing.
        foreach (string name in new[] { "restart", "damage", "session", "told", "told at its turn", "aborted", "spared", "not stored", "forestalled", "reserved", "reserve beside", "reservation lost with session" })
            Assert.That(_events.GetValueOrDefault(name), Is.GreaterThan(20), name);
        foreach (string name in new[] { "allowed", "conflict", "lost" })
            Assert.That(_events.GetValueOrDefault(name), Is.GreaterThan(200), name);
    }

    [Test]
    [Explicit("Takes minutes: for a change of the reservations, not for every run.")]
    public Task The_middle_level_and_the_model_agree_on_a_million_steps() => WalkAllAsync(seeds: 1000, steps: 1000);

    private async Task WalkAllAsync(int seeds, int steps)
    {
        for (int seed = 1; seed <= seeds; seed++)
            await WalkAsync(seed, steps);
        await TestContext.Out.WriteLineAsync(string.Join(", ", _events.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")));
        await TestContext.Out.WriteLineAsync(
            string.Join(", ", _seen.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key.Action}/{pair.Key.Status:X2}: {pair.Value}")));
    }

    private async Task WalkAsync(int seed, int steps)
    {
        _random = new Random(seed);
        _mustAsk = false;
        await using var world = new WalkWorld(_random);
        _world = world;
        world.Start();
        for (int step = 0; step < steps; step++)
        {
            _what = $"seed {seed}, step {step}";
            if (IsOneIn(60))
            {
                Count(await _world.RestartAsync() ? "damage" : "restart");
                _what += ", restart";
            }
            else if (IsOneIn(12))
            {
                await _world.ChangeSessionsAsync();
                Count("session");
            }
            else if (IsOneIn(30))
            {
                await ReserveAndReleaseAsync();
            }
            else
            {
                if (IsOneIn(40) && !Model.Lost && !_mustAsk)
                    _world.Rewrite();
                Step(Sender());
            }
            CheckState();
            CheckCommand(_world.Sessions[_random.Next(_world.Sessions.Count)]);
            CheckCommand(_world.Observer);
        }
    }

    private void Step(WalkSession from)
    {
        ModelOrder order = Order(from.Nexus);
        _what += $", {order} from {from.Nexus}";
        List<(WalkSession Session, LoopbackCommand Command)> held = order.Action == 5 && IsOneIn(2) ? HoldCommands() : [];
        ReservationModel before = Model.Copy();
        int writes = _world.Store.Writes;
        StoreScript script = IsOneIn(6) && _world.Theirs is null ? (StoreScript)_random.Next(6) : StoreScript.Stores;
        _world.Store.Script.Enqueue(script);
        ModelAnswer answer = Expected(from, order, before, script, out bool isStored);
        LoopbackCommand command = from.Start(order.Cdb(), order.List());
        Require(_world.Store.Writes == writes + (isStored ? 1 : 0), "writes to the store");
        _world.Store.Script.Clear();
        EndHeld(held, answer, command);
        Require((byte)command.Result.Status == answer.Status, $"{command.Result.Status} {command.Result.Sense} for {answer.Status:X2} {answer.Sense:X}");
        Require(WalkSession.SenseOf(command) == answer.Sense, $"sense {WalkSession.SenseOf(command):X} for {answer.Sense:X}");
        int pointed = command.Result.Sense?.FieldPointer?.ByteOffset ?? -1;
        Require(pointed == answer.Byte, $"field pointer {pointed} for {answer.Byte}");
        _world.Tell(answer);
        _seen[(order.Action, answer.Status)] = _seen.GetValueOrDefault((order.Action, answer.Status)) + 1;
        Count("told", answer.Attentions.Count);
    }

    /// <summary>What the command is to end with. The model has changed afterwards, unless the store fails.</summary>
    private ModelAnswer Expected(WalkSession from, ModelOrder order, ReservationModel before, StoreScript script, out bool isStored)
    {
        isStored = false;
        from.Use();
        int told = from.Take(beforeReservations: false);
        if (told != 0)
        {
            Count("told at its turn");
            return ModelAnswer.Check(told);
        }
        // The parameter list is not looked at while it is known that the command cannot be executed.
        if (Model.Lost && order.Action < 8)
            return ModelAnswer.Check(InformationLost);
        // A service action that is none is refused before it has its turn.
        _mustAsk &= order.Action > 8;
        ModelAnswer answer = Model.Do(from.Nexus, order);
        isStored = before.Lost != Model.Lost || ((before.Aptpl || Model.Aptpl) && !Model.HasRecordOf(before));
        // Two records that say nothing are one: what was to be stored is there.
        if (isStored && _world.Theirs is { Aptpl: false } && !Model.Aptpl)
        {
            _world.Forget();
            return answer;
        }
        if (isStored && _world.Theirs is not null)
        {
            Count("forestalled");
            _world.Undo(before);
            return ModelAnswer.Check(NotStored) with { Attentions = _world.TakeOver() };
        }
        if (!isStored || script is StoreScript.Stores or StoreScript.LeavesNew)
            return answer;
        Count("not stored");
        _mustAsk = script is StoreScript.Throws or StoreScript.ThrowsLater;
        _world.Undo(before);
        return ModelAnswer.Check(NotStored);
    }

    /// <summary>Gives the device a command of each nexus that may send one now.</summary>
    private List<(WalkSession Session, LoopbackCommand Command)> HoldCommands()
    {
        List<(WalkSession Session, LoopbackCommand Command)> held = [];
        if (Model.Lost)
            return held;
        _world.Disk.Holds = _ => true;
        foreach (WalkSession session in _world.Sessions)
        {
            bool mayWrite = Model.ColumnOf(session.Nexus) is -1 or 2;
            if (session.IsUsed && session.Attentions.Count == 0 && mayWrite)
                held.Add((session, session.Start(Cdbs.Synchronize)));
        }
        return held;
    }

    private void EndHeld(List<(WalkSession Session, LoopbackCommand Command)> held, ModelAnswer answer, LoopbackCommand command)
    {
        Require(held.All(one => !one.Command.IsCompleted), "a command that is still with the device has ended");
        Require(command.IsCompleted == !held.Any(one => answer.Aborts.Contains(one.Session.Nexus)), "the time of the answer");
        _world.Disk.Holds = null;
        while (_world.Disk.Held.Count > 0)
            _world.Disk.Release(_world.Disk.Held[0].Tag);
        Require(command.IsCompleted, "no answer");
        foreach ((WalkSession session, LoopbackCommand ended) in held)
        {
            bool isAborted = answer.Aborts.Contains(session.Nexus);
            Require(ended.IsCompleted && ended.Result.NoResponse == isAborted, $"the end of a command of {session.Nexus}");
            Require(isAborted || ended.Result.Status == ScsiStatus.Good, $"{ended.Result.Status} for {session.Nexus}");
            Count(isAborted ? "aborted" : "spared");
        }
    }

    private void CheckState()
    {
        foreach (WalkSession session in _world.Sessions)
        {
            int[] found = session.Found(_world.Unit);
            if (!found.SequenceEqual(session.Attentions))
                Assert.Fail($"{_what}: {session.Nexus} is told {string.Join(" ", found)} for {string.Join(" ", session.Attentions)}");
        }
        _heldTypes.Add(Model.Type);
        foreach (PersistentReserveInServiceAction action in Enum.GetValues<PersistentReserveInServiceAction>())
        {
            LoopbackCommand command = _world.Observer.Run([0x5E, (byte)action, 0, 0, 0, 0, 0, 0x10, 0, 0], dataIn: 4096);
            if (Model.Lost)
            {
                Require(WalkSession.SenseOf(command) == InformationLost, $"{action}: sense");
                continue;
            }
            Require(command.Result.Status == ScsiStatus.Good, $"{action}: {command.Result.Status} {command.Result.Sense}");
            byte[] data = command.DataIn.Span.Slice(0, command.Result.DataInLength).ToArray();
            if (!Model.IsToldBy(action, data))
                Assert.Fail($"{_what}: {action} is {Convert.ToHexString(data)}\n{_world.Unit.PersistentReservations.State}");
        }
    }

    /// <summary>One command of the tables from a nexus, whatever comes first.</summary>
    private void CheckCommand(WalkSession from)
    {
        (string name, byte[] cdb, bool[] columns, bool whenLost) = ModelTables.All[_random.Next(ModelTables.All.Count)];
        bool isTold = name is not ("INQUIRY" or "REPORT LUNS" or "REQUEST SENSE");
        from.Use();
        int column = Model.ColumnOf(from.Nexus);
        bool conflicts = !Model.Lost && column >= 0 && !columns[column];
        int sense = isTold ? from.Take(beforeReservations: true) : 0;
        if (sense == 0 && !conflicts && isTold)
            sense = from.Take(beforeReservations: false);
        if (sense == 0 && !conflicts && name == "REQUEST SENSE")
            from.Take(beforeReservations: false);
        bool isLost = sense == 0 && Model.Lost && !whenLost;
        int dataIn = name is "REQUEST SENSE" or "INQUIRY" or "REPORT LUNS" or "MODE SENSE(6)" or "MODE SENSE(10)" ? 255 : 0;
        LoopbackCommand command = from.Run(cdb, dataIn: dataIn);
        string got = $"{name} from {from.Nexus}: {command.Result.Status} {command.Result.Sense}";
        if (sense != 0 || isLost)
            Require(WalkSession.SenseOf(command) == (isLost ? InformationLost : sense), got);
        else if (conflicts)
            Require(command.Result.Status == ScsiStatus.ReservationConflict, got);
        else
            Require(command.Result.Status == ScsiStatus.Good || WalkSession.SenseOf(command) >> 16 == 5, got);
        Count(isLost ? "lost" : sense != 0 ? "told at its turn" : conflicts ? "conflict" : "allowed");
    }

    /// <summary>Anybody, but more often those who have something to lose.</summary>
    private WalkSession Sender()
    {
        WalkSession[] known = [.. _world.Sessions.Where(session => Model.Keys.ContainsKey(session.Nexus))];
        WalkSession[] holders = [.. known.Where(session => Model.Holds(session.Nexus))];
        WalkSession[] chosen = _random.Next(3) switch
        {
            0 when holders.Length > 0 => holders,
            1 when known.Length > 0 => known,
            _ => [.. _world.Sessions],
        };
        return chosen[_random.Next(chosen.Length)];
    }

    private ModelOrder Order(NexusId from)
    {
        ulong anyKey() => (ulong)_random.Next(4);
        int action = IsOneIn(100) ? 9 + _random.Next(23)
            : Model.Lost && IsOneIn(3) ? 8
            : Model.Holds(from) && IsOneIn(4) ? 7
            : IsOneIn(3) ? 0
            : _random.Next(9);
        ulong known = Model.Keys.GetValueOrDefault(from);
        int type = IsOneIn(4) && Model.Type != 0 ? Model.Type : new[] { 1, 3, 5, 6, 7, 8, _random.Next(16) }[_random.Next(7)];
        return new ModelOrder(action, IsOneIn(6) ? anyKey() : action == 8 ? 0 : known, IsOneIn(5) ? 0 : anyKey())
        {
            Scope = IsOneIn(25) ? _random.Next(16) : 0,
            Type = type,
            SpecifiesPorts = action != 7 && IsOneIn(action == 0 ? 4 : 30),
            AllTargetPorts = IsOneIn(4),
            Aptpl = !IsOneIn(3),
            Unregisters = IsOneIn(2),
            TargetPort = (ushort)(IsOneIn(8) ? _random.Next(5) : 1 + _random.Next(2)),
            Ports = [.. Enumerable.Range(0, action == 7 ? 1 : _random.Next(3)).Select(_ => _named[_random.Next(_named.Length)])],
            Surplus = IsOneIn(40) ? Math.Max(_random.Next(-30, 9), -24) : 0,
        };
    }

    private bool IsOneIn(int chances) => _random.Next(chances) == 0;

    private void Count(string name, int count = 1) => _events[name] = _events.GetValueOrDefault(name) + count;

    private void Require(bool condition, string detail)
    {
        if (!condition)
            Assert.Fail($"{_what}: {detail}");
    }
}
