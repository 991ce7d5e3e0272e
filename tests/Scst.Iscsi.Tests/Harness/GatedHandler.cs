using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Scst.Protocol;

namespace Scst.Iscsi.Tests.Harness;

/// <summary>A disk whose commands wait, if a test wants it, and end when it says so.</summary>
internal class GatedHandler : IDevHandler, IAbortHandler
{
    private readonly IDevHandler _disk;
    private readonly Lock _gate = new();
    private readonly List<ScsiCommand> _held = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];
    private Func<ScsiCommand, bool>? _holds;

    public GatedHandler(IDevHandler disk) => _disk = disk;

    /// <summary>How many commands were told that they are aborted.</summary>
    public int Aborted { get; private set; }

    /// <summary>Whether what waits does so also when it is aborted, as in a backend that is stuck.</summary>
    public bool IsStuck { get; set; }

    /// <summary>The CDBs that were executed.</summary>
    public List<byte[]> Executed { get; } = [];

    public LogicalUnit LogicalUnit { get; private set; } = null!;

    /// <summary>From now on commands like these wait.</summary>
    public void Hold(Func<ScsiCommand, bool>? which = null)
    {
        lock (_gate)
            _holds = which ?? (static _ => true);
    }

    /// <summary>Completes when so many wait.</summary>
    public Task WhenHeldAsync(int count)
    {
        lock (_gate)
        {
            if (_held.Count >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, reached));
            return reached.Task.WaitAsync(Safety.Timeout);
        }
    }

    /// <summary>Lets all that wait go on, and no other wait.</summary>
    public void Release()
    {
        ScsiCommand[] commands;
        lock (_gate)
        {
            _holds = null;
            commands = [.. _held];
            _held.Clear();
        }

        foreach (var command in commands)
            Run(command);
    }

    public DeviceDescription Attach(LogicalUnit logicalUnit)
    {
        LogicalUnit = logicalUnit;
        return _disk.Attach(logicalUnit);
    }

    public void Detach() => _disk.Detach();

    public void Parse(ScsiCommand command) => _disk.Parse(command);

    public void Execute(ScsiCommand command)
    {
        lock (_gate)
            Executed.Add(command.Cdb.ToArray());
        if (!TryHold(command))
            Run(command);
    }

    public void Abort(ScsiCommand command)
    {
        lock (_gate)
        {
            Aborted++;
            if (IsStuck || !_held.Remove(command))
                return;
        }

        // Not GOOD: the data of a command that is to lend it is not there.
        command.Complete(ScsiStatus.Busy);
    }

    /// <summary>Makes a command wait, if such are to wait.</summary>
    protected bool TryHold(ScsiCommand command)
    {
        lock (_gate)
        {
            if (_holds is null || !_holds(command))
                return false;
            _held.Add(command);
            foreach (var (_, reached) in _waiters.Where(waiter => _held.Count >= waiter.Count))
                reached.TrySetResult();
            return true;
        }
    }

    protected virtual void Run(ScsiCommand command) => _disk.Execute(command);
}
