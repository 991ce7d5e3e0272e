using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Tests.Simulation;

/// <summary>
/// Some initiators, two logical units, and a random script of commands, task management functions, session ends and new
/// sessions; every rule is checked at the moment at which it could be broken.
/// </summary>
internal sealed class SimulatedWorld : IDisposable
{
    private const int LogicalUnits = 2;
    private const char Reader = '3';

    private static readonly TaskManagementFunction[] _functions = Enum.GetValues<TaskManagementFunction>();

    private readonly Dictionary<(Session Session, ulong Tag), SimulatedCommand> _commands = [];
    private readonly Dictionary<TaskManagementRequest, SimulatedFunction> _functionsOf = [];
    private readonly List<SimulatedFunction> _submittedFunctions = [];
    private readonly List<Session> _sessions = [];
    private readonly List<(Session Session, Task Closing)> _closing = [];
    private readonly ScsiEngine _engine;
    private readonly Target _target;
    private string? _failure;
    private ulong _tags;
    private int _clock;
    private int _initiators;

    internal SimulatedWorld(
        int seed,
        Func<LogicalUnit, TaskSet>? makeTaskSet = null,
        bool reportsEarly = false,
        bool stopsLate = false,
        bool forgets = false)
    {
        Scheduler = new SeededScheduler(seed);
        var options = new ScsiEngineOptions { Steps = Scheduler };
        _engine = new ScsiEngine(makeTaskSet is null ? options : options with { MakeTaskSet = makeTaskSet });
        var units = new List<LogicalUnit>();
        for (int i = 0; i < LogicalUnits; i++)
            units.Add(_engine.AddLogicalUnit($"unit{i}", new SimulatedHandler(this, forgets), new LogicalUnitOptions { QueueDepth = 12 }));
        var readers = new AccessControlGroup
        {
            Initiators = [$"*{Reader}"],
            Luns = [.. units.Select((unit, number) => new LunMapping(number, unit, IsReadOnly: true))],
        };
        _target = _engine.AddTarget(
            "target",
            new SimulatedDriver(this, reportsEarly, stopsLate),
            new TargetOptions { Groups = [readers], DefaultGroup = AccessControlGroup.Of([.. units]) });
    }

    internal SeededScheduler Scheduler { get; }

    internal Random Random => Scheduler.Random;

    internal IEnumerable<SimulatedCommand> Commands => _commands.Values;

    internal int Tick() => ++_clock;

    internal SimulatedCommand Of(ScsiCommand command) => _commands[(command.Session, command.Tag)];

    /// <summary>Lets go of the engine, which has no session left.</summary>
    public void Dispose() => _ = _engine.DisposeAsync().AsTask();

    /// <summary>Runs a whole random history and checks what must hold at its end.</summary>
    internal void Play(int events)
    {
        int haste = Random.Next(2, 30);
        for (int i = 0; i < 3; i++)
            OpenSession();
        for (int i = 0; i < events; i++)
        {
            Act();
            Scheduler.Run(Random.Next(haste));
        }
        Scheduler.RunUntilIdle();
        foreach (Session session in _sessions.ToArray())
            Close(session);
        Scheduler.RunUntilIdle();
        CheckEnd();
        if (_failure is not null)
            throw new AssertionException(_failure);
    }

    /// <summary>The handler got a command: does the order of the task set allow it?</summary>
    internal void CheckStart(SimulatedCommand started)
    {
        foreach (SimulatedCommand other in _commands.Values)
        {
            if (other == started || other.Lun != started.Lun)
                continue;
            bool running = (other.Started != 0 && other.Ended == 0) || other.IsSendingLoan;
            if (running && MustNotOverlap(started, other))
                Fail($"{started} started while {other} was running");
            if (running && MustWaitForHead(started, other))
                Fail($"{started} started while the older {other} was running");
            if (other.Session == started.Session && other.Submitted > started.Submitted && other.Started != 0)
                CheckOvertaken(started, other);
        }
        foreach (SimulatedFunction function in _submittedFunctions)
        {
            if (function.Done != 0 && function.Affects(started))
                Fail($"{started} started although {function} had ended it");
        }
    }

    /// <summary>The handler may change the medium for a command: it was not refused, and has its turn.</summary>
    internal void CheckLet(SimulatedCommand let)
    {
        if (!let.WasLet && !let.Medium.IsUntouched)
            Fail($"{let} had changed the medium before its turn");
        let.WasLet = true;
        if (let.IsWrite && let.Session.InitiatorName[^1] == Reader)
            Fail($"{let} may only read");
    }

    /// <summary>What was lent could not be written from some byte on.</summary>
    internal void CheckReplaced(SimulatedCommand replaced, ScsiCommand command, int offset)
    {
        int start = 0;
        foreach (DataSegment segment in command.Segments)
        {
            bool isLent = replaced.Medium.Owns(segment);
            if (isLent != (start < offset) || (isLent && start + segment.Length > offset))
                Fail($"{replaced} has its segments in the wrong place");
            start += segment.Length;
        }
        if (start != command.DataOutLength || command.AcceptsKernelSegments)
            Fail($"{replaced} was not given buffers for the rest");
    }

    /// <summary>The handler is asked to copy what it had lent.</summary>
    internal void CheckCopy(SimulatedCommand copied, ScsiCommand command)
    {
        if (!copied.HasFaulted || copied.LoansOut != 1)
            Fail($"{copied} is to be copied without a fault");
        if (!command.Segments.IsEmpty)
            Fail($"{copied} is to be copied and has segments");
        foreach (SimulatedCommand other in _commands.Values)
        {
            if (other != copied && other.Lun == copied.Lun && other.IsRunning && MustNotOverlap(other, copied))
                Fail($"{copied} is executed again while {other} is running");
        }
    }

    internal void CheckFreed(SimulatedCommand freed)
    {
        if (freed.Responses != 1 || freed.IsSendingLoan)
            Fail($"{freed} was freed before its response was sent");
    }

    internal void CheckResponse(SimulatedCommand responded, ScsiCommand command)
    {
        if (command.DataInLength == 0)
            responded.IsSendingLoan = false;
        if (responded.HasFaulted && command.DataInLength > 0 && command.Segments[0].Kind != SegmentKind.Memory)
            Fail($"{responded} was lent kernel-only segments again");
        if (responded.Responses != 1)
            Fail($"{responded} was answered {responded.Responses} times");
        if (responded.IsRunning)
            Fail($"{responded} was answered while it could touch the medium");
        CheckMedium(responded, command);
        foreach (SimulatedFunction function in _submittedFunctions)
        {
            if (function.Done != 0 && function.Session == responded.Session && function.Affects(responded))
                Fail($"{responded} was answered after {function}");
        }
    }

    internal void CheckTaskManagement(TaskManagementRequest request)
    {
        SimulatedFunction function = _functionsOf.TryGetValue(request, out SimulatedFunction? known) ? known : (SimulatedFunction)request.DriverState!;
        function.Done = Tick();
        function.Responses++;
        if (request.Response == TaskManagementResponse.IncorrectLogicalUnitNumber && request.Lun.TryGetNumber(out int lun) && lun >= LogicalUnits)
            function.WasRefused = true;
        if (request.Response is TaskManagementResponse.IncorrectLogicalUnitNumber != function.WasRefused)
            Fail($"{function} was answered with {request.Response}");
        foreach (SimulatedCommand command in _commands.Values)
        {
            if (!function.Affects(command))
                continue;
            if (function.Function == TaskManagementFunction.AbortTask && request.Response == TaskManagementResponse.FunctionComplete && !command.WasSuppressed)
                Fail($"{function} says that it aborted {command}, which was answered");
            if (command.TouchesMedium)
                Fail($"{function} was answered while {command} could touch the medium");
            command.Medium.Freeze();
            if (command.Session == function.Session && command.Responses == 0)
                Fail($"{function} was answered before {command} was out of the way");
        }
    }

    /// <summary>What is on the medium when a command has ended stays there, and is what its status says.</summary>
    private void CheckMedium(SimulatedCommand ended, ScsiCommand command)
    {
        ended.Medium.Freeze();
        bool isCheck = command.Status == ScsiStatus.CheckCondition && !command.SuppressResponse;
        bool isRefused = command.Status == ScsiStatus.ReservationConflict
            || (isCheck && (SenseKey)(command.SenseData[2] & 0x0F) is SenseKey.UnitAttention or SenseKey.DataProtect);
        if (isRefused && ended.WasLet)
            Fail($"{ended} was refused with {command.Status} when it could touch the medium already");
        if (!ended.WasLet && !ended.Medium.IsUntouched)
            Fail($"{ended} changed the medium although it was not let");
        bool isGood = command.Status == ScsiStatus.Good && !command.SuppressResponse;
        if (isGood && ended.IsWrite && !ended.Medium.IsWritten)
            Fail($"{ended} ended in GOOD and its data is not on the medium");
    }

    /// <summary>
    /// An ORDERED command overlaps nothing, except a HEAD OF QUEUE command that came after it. Which of two sessions'
    /// commands came first, only the task set knows.
    /// </summary>
    private static bool MustNotOverlap(SimulatedCommand one, SimulatedCommand other)
    {
        if (one.Attribute != TaskAttribute.Ordered && other.Attribute != TaskAttribute.Ordered)
            return false;
        SimulatedCommand? head = one.Attribute == TaskAttribute.HeadOfQueue ? one : other.Attribute == TaskAttribute.HeadOfQueue ? other : null;
        SimulatedCommand ordered = head == one ? other : one;
        return head is null || (head.Session == ordered.Session && head.Submitted < ordered.Submitted);
    }

    /// <summary>Nothing but another HEAD OF QUEUE command starts before an older HEAD OF QUEUE command has ended.</summary>
    private static bool MustWaitForHead(SimulatedCommand started, SimulatedCommand older) =>
        older.Attribute == TaskAttribute.HeadOfQueue
        && started.Attribute != TaskAttribute.HeadOfQueue
        && older.Session == started.Session
        && older.Submitted < started.Submitted;

    private void CheckOvertaken(SimulatedCommand started, SimulatedCommand younger)
    {
        bool youngerHasPrecedence = younger.Attribute == TaskAttribute.HeadOfQueue;
        if (!youngerHasPrecedence && (started.Attribute == TaskAttribute.Ordered || younger.Attribute == TaskAttribute.Ordered))
            Fail($"{younger} overtook {started}");
    }

    private void Act()
    {
        int what = Random.Next(100);
        if (_sessions.Count == 0 || what < 2)
            OpenSession();
        else if (what < 4)
            Close(Pick());
        else if (what < 14)
            Manage(Pick());
        else
            Submit(Pick());
    }

    private Session Pick() => _sessions[Random.Next(_sessions.Count)];

    private void OpenSession() => _sessions.Add(_target.OpenSession($"initiator{_initiators++}"));

    private void Close(Session session)
    {
        _sessions.Remove(session);
        _closing.Add((session, session.CloseAsync(SessionEndReason.Logout).AsTask()));
    }

    private void Submit(Session session)
    {
        ulong tag = ++_tags;
        int lun = Random.Next(LogicalUnits + (Random.Next(20) == 0 ? 1 : 0));
        TaskAttribute attribute = Random.Next(10) switch { 0 => TaskAttribute.Ordered, 1 => TaskAttribute.HeadOfQueue, _ => TaskAttribute.Simple };
        byte code = PickOperation();
        DataDirection direction = code switch
        {
            0x12 or SimulatedHandler.Read => DataDirection.ToInitiator,
            SimulatedHandler.Write => DataDirection.FromInitiator,
            _ => DataDirection.None,
        };
        byte[] cdb = [code, 0, 0, 0, (byte)(code == 0x12 ? 96 : 0), 0];
        var simulated = new SimulatedCommand
        {
            Tag = tag,
            Session = session,
            Lun = lun,
            Attribute = attribute,
            IsWrite = code == SimulatedHandler.Write,
            Medium = new SimulatedMedium(tag),
            Submitted = Tick(),
        };
        _commands.Add((session, tag), simulated);
        ScsiCommand command = session.RentCommand();
        command.Initialize(tag, Lun.FromNumber(lun), cdb, attribute, direction, direction == DataDirection.None ? 0u : 512);
        session.Submit(command);
    }

    private byte PickOperation() => Random.Next(60) switch
    {
        0 => 0x16,
        < 4 => 0x17,
        < 9 => 0x12,
        < 14 => 0x00,
        < 19 => 0xFF,
        < 34 => SimulatedHandler.Nothing,
        < 47 => SimulatedHandler.Read,
        _ => SimulatedHandler.Write,
    };

    private void Manage(Session session)
    {
        TaskManagementFunction function = _functions[Random.Next(_functions.Length)];
        int lun = Random.Next(LogicalUnits);
        ulong tag = 0;
        List<SimulatedCommand> unanswered = [.. _commands.Values.Where(command => command.Session == session && command.Responses == 0)];
        if (unanswered.Count > 0 && Random.Next(4) != 0)
        {
            SimulatedCommand victim = unanswered[Random.Next(unanswered.Count)];
            (tag, lun) = (victim.Tag, victim.Lun);
        }
        var simulated = new SimulatedFunction { Function = function, Session = session, Lun = lun, Tag = tag, Submitted = Tick() };
        _submittedFunctions.Add(simulated);
        _functionsOf[session.SubmitTaskManagement(function, Lun.FromNumber(lun), tag, simulated)] = simulated;
    }

    private void CheckEnd()
    {
        foreach (SimulatedCommand command in _commands.Values)
        {
            if (command.Responses != 1)
                Fail($"{command} was answered {command.Responses} times");
            if (command.Medium.HasChanged)
                Fail($"The medium of {command} changed after its end");
            if (command.LoansOut != 0)
                Fail($"{command} did not give its loan back");
            if (command.Started != 0 && command.Ended == 0)
                Fail($"{command} never ended");
        }
        foreach (SimulatedFunction function in _submittedFunctions)
        {
            if (function.Responses != 1)
                Fail($"{function} was answered {function.Responses} times");
        }
        foreach ((Session session, Task closing) in _closing)
        {
            if (!closing.IsCompletedSuccessfully)
                Fail($"{session} did not close");
        }
        if (_engine.BufferPool.RentedBytes != 0)
            Fail($"{_engine.BufferPool.RentedBytes} bytes of buffers did not come back");
        foreach (LogicalUnit unit in _engine.LogicalUnits)
        {
            if (!unit.TaskSet.IsOpen)
                Fail($"The gate of {unit} stayed closed");
            if (unit.Nexuses.Count != 0)
                Fail($"{unit} kept a nexus of a closed session");
        }
    }

    /// <summary>Rules are checked inside plug-ins, whose exceptions the engine contains; so the first one is kept.</summary>
    private void Fail(string message) => _failure ??= message;
}
