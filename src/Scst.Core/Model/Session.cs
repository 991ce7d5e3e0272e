using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Scst.Diagnostics;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// A session: an I_T nexus (SAM-6 4.8). Its driver submits commands one at a time, in the order in which the initiator
/// sent them.
/// </summary>
/// <remarks>
/// <see cref="RentCommand"/>, <see cref="Submit"/>, <see cref="SubmitTaskManagement"/> and <see cref="EndOfBurst"/> must
/// not overlap within one session; they may come from different threads one after another.
/// </remarks>
public sealed partial class Session
{
    private const int LargestGrowth = 32;

    private readonly object _lock = new();
    private readonly TaskCompletionSource<bool> _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<LogicalUnit> _burst = [];
    private ScsiCommand[] _commands = [];
    private ScsiCommand? _free;
    private ScsiCommand? _returned;
    private long _burstTimestamp;
    private int _burstThread;
    private long _undelivered;
    private int _closed;
    private NamedNexus? _nexusId;
    private bool _isFinished;

    internal Session(Target target, InitiatorIdentity initiator, string groupName, LunMap map, object? driverState)
    {
        Target = target;
        Initiator = initiator;
        DriverState = driverState;
        _groupName = groupName;
        _view = new SessionView(map);
        Inbox = Engine.Pipeline.IsSimulated ? new SessionInbox(this) : null;
    }

    /// <summary>The target port.</summary>
    public Target Target { get; }

    /// <summary>Who opened the session, and where.</summary>
    public InitiatorIdentity Initiator { get; }

    /// <summary>The initiator port's name.</summary>
    public string InitiatorName => Initiator.Name;

    /// <summary>For the driver: its own object beside this session.</summary>
    public object? DriverState { get; set; }

    /// <summary>Whether <see cref="CloseAsync"/> was called.</summary>
    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    /// <summary>Responses that the driver could not send.</summary>
    public long UndeliveredResponses => Interlocked.Read(ref _undelivered);

    internal ScsiEngine Engine => Target.Engine;

    /// <summary>The I_T nexus as persistent reservations know it; null where the transport cannot name the initiator port.</summary>
    internal NexusId? NexusId => (Volatile.Read(ref _nexusId) ?? FindNexusId()).Value;

    /// <summary>Every command object of the session, in use or not; the table only grows, by being copied.</summary>
    internal ScsiCommand[] Commands => Volatile.Read(ref _commands);

    internal bool AcceptsKernelSegments => Target.KernelSegmentDriver?.AcceptsKernelSegments(this) ?? false;

    /// <summary>In simulation only: keeps the order of submission across scheduling points.</summary>
    internal SessionInbox? Inbox { get; }

    /// <summary>Takes a command object from the session's pool. It must be submitted; nothing else gives it back.</summary>
    public ScsiCommand RentCommand()
    {
        ScsiCommand? command = _free ?? (_free = Interlocked.Exchange(ref _returned, null)) ?? Grow();
        _free = command.Next;
        command.Next = null;
        return command;
    }

    /// <summary>
    /// Submits a command. Its response may be asked for (<see cref="ITargetDriver.SendResponse"/>) before this returns.
    /// </summary>
    /// <param name="command">A command of this session, rented and initialized.</param>
    /// <exception cref="ArgumentNullException"><paramref name="command"/> is null.</exception>
    /// <exception cref="InvalidOperationException">It was submitted before, or the session is closed.</exception>
    public void Submit(ScsiCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (IsClosed)
            throw new InvalidOperationException("The session is closed.");
        if (_burstTimestamp == 0)
            BeginBurst();
        command.ReceivedTimestamp = _burstTimestamp;
        command.MarkPending();
#if !NET
        Interlocked.MemoryBarrier();
#endif
        // Whoever closes the session does it on any thread: either it finds this command, or the command finds it.
        if (IsClosed && command.TryBackOut())
            throw new InvalidOperationException("The session is closed.");
        if (Inbox is null)
            Engine.Pipeline.Resume(command);
        else
            Inbox.Add(command);
    }

    /// <summary>
    /// The driver has submitted all that one receive brought: handlers that gather submit, then the driver is told to
    /// send (<see cref="IBurstDriver"/>).
    /// </summary>
    public void EndOfBurst()
    {
        _burstTimestamp = 0;
        _burstThread = 0;
        if (_burst.Count > 0)
        {
            // By index: a handler may complete commands here, and their drivers may call anything but Submit.
            for (int i = 0; i < _burst.Count; i++)
                _burst[i].EndOfBurst();
            _burst.Clear();
        }
        Target.BurstDriver?.EndOfBurst(this);
    }

    /// <summary>
    /// Submits a task management function (SAM-6 7). <see cref="ITargetDriver.TaskManagementDone"/> is called when it is
    /// finished, perhaps before this returns.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="lun">The LUN field; ignored by functions that concern the whole nexus or target.</param>
    /// <param name="referencedTag">The tag of the command concerned, for ABORT TASK and QUERY TASK.</param>
    /// <param name="driverState">The driver's own object.</param>
    /// <exception cref="InvalidOperationException">The session is closed.</exception>
    public TaskManagementRequest SubmitTaskManagement(
        TaskManagementFunction function,
        Lun lun,
        ulong referencedTag = 0,
        object? driverState = null)
    {
        if (IsClosed)
            throw new InvalidOperationException("The session is closed.");
        var request = new TaskManagementRequest(this, function, lun, referencedTag, driverState);
        if (Inbox is null)
            Engine.TaskManager.Begin(request);
        else
            Inbox.Add(request);
        return request;
    }

    /// <summary>
    /// Ends the session: nothing may be submitted any more, every unfinished command is aborted without a response. The
    /// driver must call <see cref="ScsiCommand.ResponseSent"/> for the responses that it still holds.
    /// </summary>
    /// <param name="reason">Why.</param>
    /// <remarks>
    /// A command that is stuck in the backend of a nexus which a change of the access control took away does not keep the session: the
    /// driver is asked for its (suppressed) response at once, the command keeps its buffers and its logical unit until the handler
    /// ends it, task management functions that affect it are not answered before, and what other sessions of the same initiator send to
    /// that logical unit waits for it. Await <see cref="AccessChange.Drained"/> before the backend is taken away.
    /// </remarks>
    /// <returns>Completes when no command of the session is left anywhere, but for such as are stuck.</returns>
    public ValueTask CloseAsync(SessionEndReason reason)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return new ValueTask(_closing.Task);
#if NET
        // Closing is rare and submitting is not, so this side pays for the fence of both.
        Interlocked.MemoryBarrierProcessWide();
#endif
        if (Inbox is null)
            Engine.TaskManager.BeginClose(this, reason);
        else
            Inbox.Add(reason);
        return new ValueTask(_closing.Task);
    }

    /// <inheritdoc cref="InitiatorName"/>
    public override string ToString() => $"{InitiatorName} at {Target.Name}";

    /// <summary>No command of the session is left.</summary>
    internal void FinishClose(SessionEndReason reason)
    {
        lock (_lock)
            _isFinished = true;
        foreach (Pause pause in Pauses)
            pause.Resume();
        foreach (LunNexus nexus in Nexuses)
            nexus.LogicalUnit.Remove(nexus);
        Target.Close(this);
        Engine.SessionClosed(this, reason);
        _closing.SetResult(true);
    }

    /// <summary>Any thread gives commands back; only the submitter takes them, all at once, so that no ABA can happen.</summary>
    internal void Return(ScsiCommand command)
    {
        ScsiCommand? head = Volatile.Read(ref _returned);
        while (true)
        {
            command.Next = head;
            ScsiCommand? seen = Interlocked.CompareExchange(ref _returned, command, head);
            if (seen == head)
                return;
            head = seen;
        }
    }

    /// <summary>
    /// A command that an abort was waiting for is not used again: whoever aborts may still hold it. Another takes its place.
    /// </summary>
    internal void Replace(ScsiCommand command)
    {
        var fresh = new ScsiCommand(this, command.Index);
        // In place, so that aborting a long queue does not copy the table once per command. Whoever is looking through it
        // sees the old one, which is free for ever, or the new one, which is not in use yet.
        lock (_lock)
            Volatile.Write(ref _commands[command.Index], fresh);
        Return(fresh);
    }

    internal void ExecutedFor(LogicalUnit logicalUnit)
    {
        // Only the submitter inside its burst will see the end of it; for anybody else each command is a burst.
        if (_burstThread != Environment.CurrentManagedThreadId)
            logicalUnit.EndOfBurst();
        else if (!_burst.Contains(logicalUnit))
            _burst.Add(logicalUnit);
    }

    internal void CountUndelivered() => Interlocked.Increment(ref _undelivered);

    internal void ReportAsyncEvent(Lun lun, AdditionalSense condition)
    {
        try
        {
            Target.AsyncEventDriver?.ReportAsyncEvent(this, lun, Sense.UnitAttention(condition));
        }
        catch (Exception exception)
        {
            Engine.Log.DriverFailed(exception, Target.Driver.GetType().Name, InitiatorName);
        }
    }

    private NamedNexus FindNexusId()
    {
        TransportId? initiatorPort = null;
        try
        {
            initiatorPort = Target.TransportIdDriver?.TransportIdOf(this);
        }
        catch (Exception exception)
        {
            Engine.Log.DriverFailed(exception, Target.Driver.GetType().Name, InitiatorName);
        }
        var named = new NamedNexus(initiatorPort is null ? null : new NexusId(initiatorPort, Target.RelativeTargetPort));
        Volatile.Write(ref _nexusId, named);
        return named;
    }

    private void BeginBurst()
    {
        _burstTimestamp = Engine.Options.TimeProvider.GetTimestamp() | 1;
        _burstThread = Environment.CurrentManagedThreadId;
    }

    private ScsiCommand Grow()
    {
        lock (_lock)
        {
            int count = _commands.Length;
            int growth = Math.Max(1, Math.Min(count, LargestGrowth));
            var commands = new ScsiCommand[count + growth];
            _commands.CopyTo(commands, 0);
            for (int i = count; i < commands.Length; i++)
            {
                commands[i] = new ScsiCommand(this, i);
                if (i > count)
                    commands[i - 1].Next = commands[i];
            }
            Volatile.Write(ref _commands, commands);
            return commands[count];
        }
    }

    private sealed record NamedNexus(NexusId? Value);
}
