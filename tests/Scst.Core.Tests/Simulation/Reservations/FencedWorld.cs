using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Core.Tests.Reservations.Persistent;
using Scst.Protocol;

namespace Scst.Tests.Simulation.Reservations;

/// <summary>
/// Three initiators, two target ports, one disk and one store: a random script of reads, writes, reservations, task management,
/// sessions that end and come back, and losses of power in the middle of everything.
/// </summary>
internal sealed class FencedWorld
{
    internal const string UnitName = "disk";

    private static readonly string[] _names = ["a", "b", "c"];
    private static readonly ushort[] _ports = [1, 2];
    private static readonly TaskManagementFunction[] _functions = Enum.GetValues<TaskManagementFunction>();
    private static readonly int[] _types = [1, 3, 5, 6, 7, 8];
    private static readonly int[] _actions = [0, 0, 1, 1, 2, 3, 4, 4, 5, 5, 5, 5, 6, 7, 7, 8];

    private readonly List<(NexusId Nexus, Task Closing)> _closing = [];
    private readonly Func<FencedWorld, LogicalUnit, PersistentReservations>? _makeReservations;
    private readonly SlowStateStore _store;
    private Dictionary<(Session Session, ulong Tag), FencedCommand> _running = [];
    private SeededScheduler _scheduler;
    private Target[] _targets = [];
    private LogicalUnit _unit = null!;
    private FencedHandler _handler;
    private ulong _tags;

    internal FencedWorld(int seed, Func<FencedWorld, LogicalUnit, PersistentReservations>? makeReservations = null, bool forgets = false)
    {
        Random = new Random(seed);
        _makeReservations = makeReservations;
        _store = new SlowStateStore(this, forgets);
        _scheduler = new SeededScheduler(Random.Next());
        _handler = new FencedHandler(this);
        Rules = new FencedRules(new ReservationModel(_ports, [], [], limit: 4096)) { Found = () => _unit.PersistentReservations.State };
    }

    internal Random Random { get; }

    internal FencedRules Rules { get; }

    internal FencedCommand Of(ScsiCommand command) =>
        // After a loss of power nobody asks any more: the steps of the old engine are gone with its scheduler.
        _running[(command.Session, command.Tag)];

    internal void Schedule(Action step) => _scheduler.Schedule(step);

    /// <summary>The step runs after some that do nothing.</summary>
    internal void ScheduleLater(int steps, Action step) => Schedule(steps == 0 ? step : () => ScheduleLater(steps - 1, step));

    /// <summary>Runs a whole random history and checks what must hold at its end.</summary>
    internal void Play(int events)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        // Whoever waits for the store goes on inside the step that ends its wait.
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            Start();
            int haste = Random.Next(20, 120);
            for (int i = 0; i < events && Rules.Failure is null; i++)
            {
                Act();
                _scheduler.Run(Random.Next(haste));
            }
            _scheduler.RunUntilIdle();
            Drain();
            Rules.CheckEnd();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
        if (Rules.Failure is not null)
            throw new AssertionException(Rules.Failure);
    }

    private void Start()
    {
        var options = new ScsiEngineOptions { Steps = _scheduler, StateStore = _store };
        var engine = new ScsiEngine(_makeReservations is null ? options : options with { MakeReservations = unit => _makeReservations(this, unit) });
        _handler = new FencedHandler(this);
        _unit = engine.AddLogicalUnit(UnitName, _handler, new LogicalUnitOptions { QueueDepth = 24 });
        var driver = new FencedDriver(this);
        _targets =
        [
            .. _ports.Select(port => engine.AddTarget(
                $"target {port}",
                driver,
                new TargetOptions { DefaultGroup = AccessControlGroup.Of(_unit), RelativeTargetPort = port })),
        ];
        _scheduler.RunUntilIdle();
        for (int i = 0; i < 4; i++)
            OpenSession();
    }

    private void Act()
    {
        FencedSession[] open = [.. Rules.Sessions.Where(session => !session.IsClosing)];
        int what = Random.Next(200);
        if (what == 0)
            LosePower();
        else if (open.Length == 0 || what < 10)
            OpenSession();
        else if (what < 14)
            Close(open[Random.Next(open.Length)]);
        else if (what < 24)
            Manage(open[Random.Next(open.Length)]);
        else if (what < 110 && !Rules.IsOrderUnderWay)
            Reserve(open[Random.Next(open.Length)]);
        else
            Submit(open[Random.Next(open.Length)]);
    }

    private void OpenSession()
    {
        _closing.RemoveAll(closing => closing.Closing.IsCompleted);
        string name = _names[Random.Next(_names.Length)];
        ushort port = _ports[Random.Next(_ports.Length)];
        var nexus = new NexusId(TransportId.Iscsi(name, 0), port);
        bool isThere = Rules.Sessions.Any(session => session.Nexus == nexus && !session.IsClosing)
            || _closing.Any(closing => closing.Nexus == nexus);
        if (!isThere)
            Rules.Sessions.Add(new FencedSession(_targets[port - 1].OpenSession(name), nexus));
    }

    private void Close(FencedSession session)
    {
        session.IsClosing = true;
        session.Due.Clear();
        Suppress(command => command.From == session);
        _closing.Add((session.Nexus, session.Session.CloseAsync(SessionEndReason.ConnectionLost).AsTask()));
    }

    private void Suppress(Func<FencedCommand, bool> affected)
    {
        foreach (FencedCommand command in _running.Values.Where(affected))
            command.MayBeSuppressed = true;
    }

    private void Manage(FencedSession session)
    {
        TaskManagementFunction function = _functions[Random.Next(_functions.Length)];
        FencedCommand[] unanswered = [.. _running.Values.Where(command => command.From == session && command.Responses == 0)];
        ulong tag = unanswered.Length > 0 ? unanswered[Random.Next(unanswered.Length)].Tag : 0;
        bool isOfAll = function is TaskManagementFunction.ClearTaskSet or TaskManagementFunction.LogicalUnitReset or TaskManagementFunction.TargetReset;
        Suppress(command => isOfAll || command.From == session);
        Rules.Functions++;
        session.Session.SubmitTaskManagement(function, Lun.FromNumber(0), tag, null);
    }

    private void Submit(FencedSession session)
    {
        byte code = Random.Next(10) switch { 0 => 0, < 4 => FencedHandler.Read, _ => FencedHandler.Write };
        byte[] cdb = code == 0 ? new byte[6] : [code, 0, 0, 0, 0, (byte)Random.Next(FencedHandler.Blocks), 0, 0, 1, 0];
        TaskAttribute attribute = Random.Next(12) switch
        {
            0 => TaskAttribute.Ordered,
            1 => TaskAttribute.HeadOfQueue,
            _ => TaskAttribute.Simple,
        };
        Send(session, cdb, code == FencedHandler.Write ? FencedHandler.Pattern(_tags + 1) : [], null, attribute);
    }

    private void Reserve(FencedSession session)
    {
        ReservationModel model = Rules.AnyModel;
        if (Random.Next(3) == 0 && Rules.Sessions.Find(one => !one.IsClosing && model.Holder == one.Nexus) is { } holder)
            session = holder;
        ulong known = model.Keys.GetValueOrDefault(session.Nexus);
        ulong own = (ulong)Array.IndexOf(_names, session.Session.InitiatorName) + 1;
        ulong[] others = [.. model.Keys.Values.Where(key => key != own)];
        int action = known == 0 && Random.Next(3) != 0 ? 6
            : model.Type == 0 && Random.Next(3) == 0 ? 1
            : _actions[Random.Next(_actions.Length)];
        ulong newKey = action is 4 or 5 && others.Length > 0 ? others[Random.Next(others.Length)]
            : action is 0 or 6 && Random.Next(8) == 0 ? 0
            : Random.Next(10) == 0 ? (ulong)Random.Next(5)
            : own;
        if (action == 5 && newKey != own)
            Provoke(model, newKey);
        string name = _names[Random.Next(_names.Length)];
        ulong key = Random.Next(8) == 0 ? (ulong)Random.Next(5) : action == 8 ? 0 : known;
        var order = new ModelOrder(action, key, newKey)
        {
            Type = model.Type != 0 && Random.Next(2) == 0 ? model.Type : _types[Random.Next(_types.Length)],
            Aptpl = Random.Next(4) != 0,
            AllTargetPorts = Random.Next(5) == 0,
            Unregisters = Random.Next(2) == 0,
            SpecifiesPorts = action == 0 && Random.Next(4) == 0,
            TargetPort = _ports[Random.Next(_ports.Length)],
            Ports = [TransportId.Iscsi(name, 0)],
        };
        Send(session, order.Cdb(), order.List(), order, TaskAttribute.Simple);
    }

    /// <summary>Those who are about to be fenced out write with all their might.</summary>
    private void Provoke(ReservationModel model, ulong key)
    {
        foreach (FencedSession victim in Rules.Sessions.ToArray())
        {
            for (int i = 0; i < 3 && !victim.IsClosing && model.Keys.GetValueOrDefault(victim.Nexus) == key; i++)
            {
                byte[] cdb = [FencedHandler.Write, 0, 0, 0, 0, (byte)Random.Next(FencedHandler.Blocks), 0, 0, 1, 0];
                Send(victim, cdb, FencedHandler.Pattern(_tags + 1), null, TaskAttribute.Simple);
            }
        }
        _scheduler.Run(Random.Next(120));
    }

    private void Send(FencedSession session, byte[] cdb, byte[] dataOut, ModelOrder? order, TaskAttribute attribute)
    {
        bool isRead = cdb[0] == FencedHandler.Read;
        var fenced = new FencedCommand
        {
            Tag = ++_tags,
            From = session,
            Cdb = cdb,
            DataOut = dataOut,
            Order = order,
            Submitted = Rules.Tick(),
        };
        _running.Add((session.Session, fenced.Tag), fenced);
        Rules.Submit(fenced);
        ScsiCommand command = session.Session.RentCommand();
        DataDirection direction = isRead ? DataDirection.ToInitiator : dataOut.Length > 0 ? DataDirection.FromInitiator : DataDirection.None;
        command.Initialize(
            fenced.Tag, Lun.FromNumber(0), cdb, attribute, direction, isRead ? FencedHandler.Length : (uint)dataOut.Length);
        session.Session.Submit(command);
    }

    /// <summary>All that is in memory is gone at once; what the store has, or is about to have, is what the next engine finds.</summary>
    private void LosePower()
    {
        _scheduler = new SeededScheduler(Random.Next());
        _store.CutOff();
        FencedCommand[] lost = [.. _running.Values.Where(command => command.Responses == 0)];
        _running = [];
        _closing.Clear();
        Rules.Sessions.Clear();
        Rules.ForgetFunctions();
        Start();
        Rules.CheckPowerOn(lost);
    }

    /// <summary>Every initiator asks until there is nothing left to be told, and then all go.</summary>
    private void Drain()
    {
        foreach (FencedSession session in Rules.Sessions.Where(session => !session.IsClosing).ToArray())
        {
            for (int i = 0; i < 12; i++)
            {
                Send(session, new byte[6], [], null, TaskAttribute.Simple);
                _scheduler.RunUntilIdle();
            }
        }
        foreach (FencedSession session in Rules.Sessions.Where(session => !session.IsClosing).ToArray())
        {
            HashSet<int> due = [.. session.Due];
            Close(session);
            session.Due.UnionWith(due);
        }
        _scheduler.RunUntilIdle();
        if (_closing.Any(closing => !closing.Closing.IsCompletedSuccessfully))
            Rules.Fail("A session did not close");
        if (_unit.Engine.BufferPool.RentedBytes != 0)
            Rules.Fail($"{_unit.Engine.BufferPool.RentedBytes} bytes of buffers did not come back");
        if (!_unit.TaskSet.IsOpen)
            Rules.Fail("The gate stayed closed");
    }
}
