using System;
using System.Collections.Generic;
using Scst.Diagnostics;

namespace Scst;

/// <summary>Aborts commands, and knows who waits for which command to end.</summary>
internal sealed class AbortTracker
{
    private readonly object _lock = new();
    private readonly Dictionary<ScsiCommand, List<AbortOperation>> _watchers = [];
    private readonly ScsiEngine _engine;

    internal AbortTracker(ScsiEngine engine) => _engine = engine;

    /// <summary>Aborts those of some commands that belong, and finishes the operation when they are out of the way.</summary>
    /// <param name="operation">Who waits.</param>
    /// <param name="candidates">The commands.</param>
    /// <param name="belongs">Whether a command is one of those meant; asked again if the command changes meanwhile.</param>
    /// <param name="reason">Why each is aborted.</param>
    internal void Abort(
        AbortOperation operation,
        IEnumerable<ScsiCommand> candidates,
        Func<ScsiCommand, bool> belongs,
        Func<ScsiCommand, AbortReason> reason)
    {
        List<ScsiCommand> marked = Mark(operation, candidates, belongs, reason);
        foreach (ScsiCommand command in marked)
            _engine.Pipeline.Run(() => Hurry(command));
        Finish(operation);
    }

    /// <summary>
    /// Waits, without aborting anything, until those of some commands that have their turn can touch the medium no more. No other
    /// gets its turn: the gates concerned were closed before.
    /// </summary>
    internal void Await(AbortOperation operation, IEnumerable<ScsiCommand> candidates, Func<ScsiCommand, bool> belongs)
    {
        lock (_lock)
        {
            foreach (ScsiCommand command in candidates)
            {
                if (command.TryWatch(belongs))
                    Watch(operation, command, untilFreed: false);
            }
        }
        Finish(operation);
    }

    /// <summary>A watched command had marked itself as inside, and has to wait for its turn after all.</summary>
    /// <returns>Who need not wait any more, to be finished outside of the caller's lock.</returns>
    internal List<AbortOperation>? TurnLost(ScsiCommand command)
    {
        List<AbortOperation>? done = null;
        lock (_lock)
        {
            if (!_watchers.TryGetValue(command, out List<AbortOperation>? watchers))
                return null;
            foreach (AbortOperation operation in watchers)
            {
                if (operation.EndsWithTurn && operation.Left(command, freed: false) && operation.TryFinish())
                    (done ??= []).Add(operation);
            }
        }
        return done;
    }

    /// <summary>
    /// Ends the commands of nexuses that are gone which have not had their turn, and lets the others go on.
    /// </summary>
    /// <param name="change">What took the nexuses away.</param>
    /// <param name="candidates">The commands of their sessions.</param>
    /// <param name="operationOf">Who waits for the commands of a nexus.</param>
    /// <returns>Those who wait.</returns>
    internal IReadOnlyCollection<LunNexus> LeaveBehind(
        Reassignment change,
        IEnumerable<ScsiCommand> candidates,
        Func<LunNexus, AbortOperation> operationOf)
    {
        var operations = new Dictionary<LunNexus, AbortOperation>();
        List<ScsiCommand> waiting = [];
        List<ScsiCommand> closing = [];
        lock (_lock)
        {
            foreach (ScsiCommand command in candidates)
            {
                if (!command.TryLeaveBehind(change, out LunNexus? nexus, out long before))
                    continue;
                if (!operations.TryGetValue(nexus, out AbortOperation? operation))
                    operations.Add(nexus, operation = operationOf(nexus));
                Watch(operation, command, untilFreed: true);
                if (CommandWord.PhaseOf(before) is CommandWord.Pending or CommandWord.Dormant)
                    waiting.Add(command);
                else if (command.Session.IsClosed)
                    closing.Add(command);
            }
        }
        foreach (ScsiCommand command in waiting)
            _engine.Pipeline.Run(() => Hurry(command));
        // The end of its session has been waiting for it, and need not any more.
        foreach (ScsiCommand command in closing)
            _engine.Pipeline.Run(() => _engine.Pipeline.Orphan(command));
        return operations.Keys;
    }

    /// <summary>
    /// A watched command cannot touch the medium any more. One that was lent its data-in may have been answered when the abort
    /// came, and yet end by it, because the answer could not be sent.
    /// </summary>
    internal void CommandEnded(ScsiCommand command) => Left(command, freed: false);

    /// <summary>
    /// The driver has nothing any more of a command that its handler still has: its session may end, and all others go on waiting.
    /// </summary>
    internal void DriverLeft(ScsiCommand command)
    {
        List<AbortOperation>? done = null;
        lock (_lock)
        {
            // It may have been freed meanwhile.
            if (!_watchers.TryGetValue(command, out List<AbortOperation>? watchers))
                return;
            foreach (AbortOperation operation in watchers)
            {
                if (operation.LeavesOrphans && operation.Left(command, freed: true) && operation.TryFinish())
                    (done ??= []).Add(operation);
            }
        }
        Finish(done);
    }

    /// <summary>A watched command is gone, its response too.</summary>
    internal void CommandFreed(ScsiCommand command)
    {
        command.Session.Replace(command);
        Left(command, freed: true);
    }

    /// <summary>Marks the commands as aborted and watched; from here on none of them can get its turn.</summary>
    /// <returns>Those that had not been answered before.</returns>
    private List<ScsiCommand> Mark(
        AbortOperation operation,
        IEnumerable<ScsiCommand> candidates,
        Func<ScsiCommand, bool> belongs,
        Func<ScsiCommand, AbortReason> reasonFor)
    {
        List<ScsiCommand> marked = [];
        lock (_lock)
        {
            foreach (ScsiCommand command in candidates)
            {
                AbortReason reason = reasonFor(command);
                if (!command.TryAbort(belongs, reason, out long before))
                    continue;
                bool ended = CommandWord.PhaseOf(before) == CommandWord.Ended;
                // Lent data-in that the driver is sending: the response goes first, and the medium is read until then.
                bool answered = ended || (before & CommandWord.Responding) != 0;
                bool own = reason != AbortReason.OtherNexus;
                if (!answered)
                    marked.Add(command);
                // None while the command is about to find out that its nexus is gone.
                if (!answered && !own && command.Nexus is { } nexus)
                    operation.Losers.Add(nexus);
                if (!ended || own)
                    Watch(operation, command, untilFreed: own);
            }
            operation.AbortedAny = marked.Count > 0;
        }
        return marked;
    }

    private void Watch(AbortOperation operation, ScsiCommand command, bool untilFreed)
    {
        operation.WaitFor(command, untilFreed);
        if (!_watchers.TryGetValue(command, out List<AbortOperation>? watchers))
            _watchers.Add(command, watchers = new(1));
        watchers.Add(operation);
    }

    /// <summary>The operation may have had nothing to wait for, or its commands may have left before all were marked.</summary>
    private void Finish(AbortOperation operation)
    {
        bool done;
        lock (_lock)
            done = operation.TryFinish();
        if (done)
            _engine.Pipeline.Run(operation.Finish);
    }

    /// <summary>Hurries an aborted command along. It may have ended by now; as it is watched, it is not in use again.</summary>
    private void Hurry(ScsiCommand command)
    {
        LogicalUnit? logicalUnit = command.LogicalUnit;
        logicalUnit?.TaskSet.Withdraw(command);
        if (command.IsFetchingDataOut)
            AbortDataOut(command);
        // The handler knows nothing of the commands that the core executes itself.
        bool isExecuting = command.Stage == CommandStage.Executing;
        if (isExecuting && !command.WasGivenToHandler)
            logicalUnit?.PersistentReservations.Withdraw(command);
        if (isExecuting && command.WasGivenToHandler && logicalUnit?.Handler is IAbortHandler handler)
        {
            try
            {
                handler.Abort(command);
            }
            catch (Exception exception)
            {
                _engine.Log.HandlerFailed(exception, logicalUnit.Name, command.Descriptor?.Name);
            }
        }
        _engine.Pipeline.Orphan(command);
    }

    private void AbortDataOut(ScsiCommand command)
    {
        ITargetDriver driver = command.Session.Target.Driver;
        try
        {
            driver.AbortDataOut(command);
        }
        catch (Exception exception)
        {
            _engine.Log.DriverFailed(exception, driver.GetType().Name, command.Session.InitiatorName);
        }
    }

    private void Left(ScsiCommand command, bool freed)
    {
        List<AbortOperation>? done = null;
        lock (_lock)
        {
            if (!_watchers.TryGetValue(command, out List<AbortOperation>? watchers))
                return;
            foreach (AbortOperation operation in watchers)
            {
                if (operation.Left(command, freed) && operation.TryFinish())
                    (done ??= []).Add(operation);
            }
            if (freed)
                _watchers.Remove(command);
        }
        Finish(done);
    }

    private void Finish(List<AbortOperation>? done)
    {
        if (done is null)
            return;
        foreach (AbortOperation operation in done)
            _engine.Pipeline.Run(operation.Finish);
    }
}
