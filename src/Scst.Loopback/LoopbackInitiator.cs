using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Scst.Protocol;

namespace Scst.Loopback;

/// <summary>
/// An initiator port with its session (I_T nexus). <see cref="ExecuteAsync"/> for one command at a time,
/// <see cref="Submit"/> and <see cref="EndOfBurst"/> for many.
/// </summary>
/// <remarks>
/// Every method may be called from any thread, at any time, also from completions: a call that comes while another
/// thread submits for this initiator is left for that thread to carry out, in order. Nobody ever blocks.
/// </remarks>
public sealed class LoopbackInitiator : IAsyncDisposable
{
    private readonly ConcurrentQueue<object> _inbox = new();
    private readonly ConcurrentQueue<PendingExecution> _executions = new();
    private readonly ConcurrentDictionary<LoopbackCommand, bool> _held = new();
    private readonly CompletedCommands _completed = new();
    private int _waiting;
    private int _submitting;
    private int _burstEnds;
    private int _inBurst;
    private int _delivering;

    internal LoopbackInitiator(Target target, string name) => Session = target.OpenSession(name, this);

    /// <summary>The session that the target has with this initiator port.</summary>
    public Session Session { get; }

    /// <summary>Whether the session was closed, from either side.</summary>
    public bool IsClosed => Session.IsClosed;

    /// <summary>Executes a command and waits for its end.</summary>
    /// <param name="cdb">The CDB, 1 to 260 bytes; not to be changed before the command has ended.</param>
    /// <param name="dataOut">Data to send; its length is what the initiator says it expects to move.</param>
    /// <param name="dataIn">Memory for data to come; its length is what the initiator says it expects to move.</param>
    /// <param name="lun">The logical unit number, 0 to 16777215.</param>
    /// <param name="attribute">The task attribute.</param>
    /// <param name="cancellationToken">Sends ABORT TASK. The command may end all the same; its result then counts.</param>
    /// <returns>How the command ended.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="cdb"/> is empty or longer than 260 bytes, or there is memory for both directions.
    /// </exception>
    /// <exception cref="InvalidOperationException">The session is closed.</exception>
    /// <exception cref="OperationCanceledException">The command was aborted because of <paramref name="cancellationToken"/>.</exception>
    public ValueTask<LoopbackResult> ExecuteAsync(
        ReadOnlyMemory<byte> cdb,
        ReadOnlyMemory<byte> dataOut = default,
        Memory<byte> dataIn = default,
        int lun = 0,
        TaskAttribute attribute = TaskAttribute.Simple,
        CancellationToken cancellationToken = default)
    {
        if (!dataOut.IsEmpty && !dataIn.IsEmpty)
            throw new ArgumentException("A command moves data one way only.", nameof(dataIn));
        if (cancellationToken.IsCancellationRequested)
            return new ValueTask<LoopbackResult>(Task.FromCanceled<LoopbackResult>(cancellationToken));
        if (!_executions.TryDequeue(out PendingExecution? execution))
            execution = new PendingExecution(this);
        LoopbackCommand command = execution.Command;
        command.Cdb = cdb;
        command.DataOut = dataOut;
        command.DataIn = dataIn;
        command.Lun = Lun.FromNumber(lun);
        command.TaskAttribute = attribute;
        Submit(command);
        EndOfBurst();
        return cancellationToken.CanBeCanceled && !command.IsCompleted
            ? execution.WithCancellationAsync(cancellationToken)
            : execution.Result;
    }

    /// <summary>
    /// Submits a command. It completes through its callback, in <see cref="EndOfBurst"/> or later; whoever submits must
    /// call <see cref="EndOfBurst"/> when there is nothing more to submit for now.
    /// </summary>
    /// <param name="command">The command; it belongs to the driver until it has completed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="command"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// The session is closed, or the command is on its way already, has no CDB, or has memory for both directions.
    /// </exception>
    public void Submit(LoopbackCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        ThrowIfClosed();
        command.Begin(this);
        Post(command);
    }

    /// <summary>
    /// Ends a burst: handlers that gather commands go to work, and the completions that have come meanwhile are delivered.
    /// </summary>
    public void EndOfBurst()
    {
        Volatile.Write(ref _burstEnds, 1);
        if (TryBeginSubmitting())
            Work(null);
    }

    /// <summary>Sends a task management function (SAM-6 7) and waits for its end.</summary>
    /// <param name="function">The function.</param>
    /// <param name="lun">The logical unit number, 0 to 16777215; ignored by functions that concern the nexus or the target.</param>
    /// <param name="tag">The tag of the command concerned (<see cref="LoopbackCommand.Tag"/>), for ABORT TASK and QUERY TASK.</param>
    /// <returns>The service response.</returns>
    /// <exception cref="InvalidOperationException">The session is closed.</exception>
    public ValueTask<TaskManagementResponse> ManageAsync(TaskManagementFunction function, int lun = 0, ulong tag = 0)
    {
        ThrowIfClosed();
        var call = new ManagementCall(function, Lun.FromNumber(lun), tag);
        Post(call);
        return call.Response;
    }

    /// <summary>Ends the session; commands that have not ended complete without a response.</summary>
    /// <param name="reason">Why, for logs and metrics.</param>
    /// <returns>Completes when no command of the session is left in the target.</returns>
    public async ValueTask CloseAsync(SessionEndReason reason = SessionEndReason.Logout)
    {
        var call = new CloseCall(reason);
        Post(call);
        await call.CarriedOut.ConfigureAwait(false);
        await Session.CloseAsync(reason).ConfigureAwait(false);
    }

    /// <summary>Logs out.</summary>
    public ValueTask DisposeAsync() => CloseAsync();

    /// <inheritdoc/>
    public override string ToString() => Session.ToString();

    internal void Recycle(PendingExecution execution) => _executions.Enqueue(execution);

    internal void Abort(LoopbackCommand command)
    {
        if (!IsClosed)
            Post(new ManagementCall(TaskManagementFunction.AbortTask, command.Lun, command.Tag));
    }

    internal void Remember(LoopbackCommand command) => _held.TryAdd(command, true);

    internal void Forget(LoopbackCommand command) => _held.TryRemove(command, out _);

    /// <summary>A command has ended; any thread calls it.</summary>
    internal void Complete(LoopbackCommand command)
    {
        if (command.Execution is { } execution)
        {
            command.MarkCompleted();
            execution.Finish();
            return;
        }
        _completed.Add(command);
        // Inside a burst its end delivers. Add is a full fence, so either this thread sees that the burst is over or
        // whoever ends it sees the command.
        if (Volatile.Read(ref _inBurst) == 0)
            Deliver();
    }

    private void ThrowIfClosed()
    {
        if (IsClosed)
            throw new InvalidOperationException("The session is closed.");
    }

    private bool TryBeginSubmitting() => Interlocked.CompareExchange(ref _submitting, 1, 0) == 0;

    private void Post(object call)
    {
        if (TryBeginSubmitting())
        {
            Work(call);
            return;
        }
        Leave(call);
        if (TryBeginSubmitting())
            Work(null);
    }

    /// <summary>Leaves a call to the one who submits. A full fence: either that one sees it, or this thread takes over.</summary>
    private void Leave(object call)
    {
        _inbox.Enqueue(call);
        Interlocked.Increment(ref _waiting);
    }

    /// <summary>Carries out what was called for; only one thread at a time is here.</summary>
    private void Work(object? call)
    {
        bool ended = false;
        do
        {
            try
            {
                if (call is not null && Volatile.Read(ref _waiting) == 0)
                    CarryOut(call);
                else if (call is not null)
                    Leave(call);
                call = null;
                while (Volatile.Read(ref _waiting) != 0 && _inbox.TryDequeue(out object? next))
                {
                    Interlocked.Decrement(ref _waiting);
                    CarryOut(next);
                }
                if (Volatile.Read(ref _burstEnds) != 0)
                {
                    ended = true;
                    Volatile.Write(ref _burstEnds, 0);
                    EndBurst();
                }
            }
            finally
            {
                Interlocked.Exchange(ref _submitting, 0);
            }
        }
        while ((Volatile.Read(ref _waiting) != 0 || Volatile.Read(ref _burstEnds) != 0) && TryBeginSubmitting());
        if (ended)
            Deliver();
    }

    private void CarryOut(object call)
    {
        if (call is LoopbackCommand command)
            Start(command);
        else if (call is ManagementCall management)
            Start(management);
        else
            Close((CloseCall)call);
    }

    private void Start(LoopbackCommand command)
    {
        Volatile.Write(ref _inBurst, 1);
        try
        {
            command.SubmitTo(Session);
        }
        catch (InvalidOperationException) when (IsClosed)
        {
            command.EndWithoutResponse();
        }
    }

    private void Start(ManagementCall call)
    {
        try
        {
            Session.SubmitTaskManagement(call.Function, call.Lun, call.Tag, call);
        }
        catch (InvalidOperationException exception) when (IsClosed)
        {
            call.Fail(exception);
        }
    }

    private void Close(CloseCall call)
    {
        EndBurst();
        // Only begins here: CloseAsync awaits it, after it has let go of everything that the session may wait for.
        _ = Session.CloseAsync(call.Reason).AsTask();
        foreach (LoopbackCommand command in _held.Keys)
            command.TryDeliverResponse(delivered: false);
        call.Done();
        Volatile.Write(ref _burstEnds, 1);
    }

    private void EndBurst()
    {
        Session.EndOfBurst();
        // The exchange of _submitting, which comes before whoever ends the burst looks for what has completed, is the fence.
        Volatile.Write(ref _inBurst, 0);
    }

    /// <summary>
    /// Calls back for the commands that have completed. One thread does it at a time, and never one inside the other, so
    /// a chain of commands that submit each other uses constant stack.
    /// </summary>
    private void Deliver()
    {
        while (!_completed.IsEmpty && Interlocked.CompareExchange(ref _delivering, 1, 0) == 0)
        {
            try
            {
                LoopbackCommand? command = _completed.TakeAll();
                while (command is not null)
                {
                    LoopbackCommand? next = command.Next;
                    command.Next = null;
                    command.CallBack();
                    command = next;
                }
            }
            finally
            {
                Interlocked.Exchange(ref _delivering, 0);
            }
        }
    }
}
