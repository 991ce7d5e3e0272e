using System;
using System.Collections.Concurrent;
using System.Threading;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>
/// Ends every third command at once and the others on threads of its own, and counts what runs at the same time.
/// </summary>
internal sealed class ConcurrentHandler : IDevHandler, IDisposable
{
    private readonly BlockingCollection<ScsiCommand> _later = [];
    private readonly Thread[] _workers;
    private readonly bool _checksSequence;
    private int _simple;
    private int _ordered;
    private int _executed;
    private long _clock;

    internal ConcurrentHandler(bool checksSequence)
    {
        _checksSequence = checksSequence;
        _workers = [new Thread(Work), new Thread(Work)];
        Array.ForEach(_workers, worker => worker.Start());
    }

    internal ConcurrentQueue<string> Violations { get; } = new();

    /// <summary>When each command that is running was started, by the logical clock.</summary>
    internal ConcurrentDictionary<ScsiCommand, long> Running { get; } = new();

    internal int Executed => _executed;

    /// <summary>Whether no command may be executed now: nobody is left who could send one, or all is paused.</summary>
    internal bool IsOffLimits { get; set; }

    public DeviceDescription Attach(LogicalUnit logicalUnit) => new()
    {
        Commands = [ScriptedHandler.Read10, ScriptedHandler.Write10, ScriptedHandler.Synchronize],
    };

    public void Detach()
    {
    }

    public void Parse(ScsiCommand command)
    {
        CommandDescriptor descriptor = command.Descriptor!;
        if (descriptor.Unit == TransferUnit.Blocks)
            command.SetTransfer(descriptor.Direction, 512, 512);
    }

    public void Execute(ScsiCommand command)
    {
        Interlocked.Increment(ref _executed);
        if (IsOffLimits)
            Violations.Enqueue("A command started that may not.");
        Begin(command);
        if (command.Tag % 3 == 0)
            End(command);
        else
            _later.Add(command);
    }

    public void Dispose()
    {
        _later.CompleteAdding();
        Array.ForEach(_workers, worker => worker.Join());
        _later.Dispose();
    }

    internal long Tick() => Interlocked.Increment(ref _clock);

    /// <summary>Nothing that had been started before this moment may be running now.</summary>
    internal void AssertNothingOlderThan(long moment, TaskManagementFunction function)
    {
        foreach (var (command, started) in Running)
        {
            if (started < moment)
                Violations.Enqueue($"{function} was answered while a command that it aborted ran: tag {command.Tag}");
        }
    }

    private void Begin(ScsiCommand command)
    {
        Running[command] = Tick();
        switch (command.TaskAttribute)
        {
            case TaskAttribute.Ordered:
                if (Interlocked.Increment(ref _ordered) != 1)
                    Violations.Enqueue("Two ORDERED commands ran at the same time.");
                if (Volatile.Read(ref _simple) != 0)
                    Violations.Enqueue("An ORDERED command started while a SIMPLE one ran.");
                break;
            case TaskAttribute.Simple:
                Interlocked.Increment(ref _simple);
                if (Volatile.Read(ref _ordered) != 0)
                    Violations.Enqueue("A SIMPLE command started while an ORDERED one ran.");
                break;
        }
        if (_checksSequence && SequenceOf(command).Begin() is { } violation)
            Violations.Enqueue(violation);
    }

    private void End(ScsiCommand command)
    {
        if (_checksSequence)
            SequenceOf(command).End();
        if (command.TaskAttribute == TaskAttribute.Ordered)
            Interlocked.Decrement(ref _ordered);
        else if (command.TaskAttribute == TaskAttribute.Simple)
            Interlocked.Decrement(ref _simple);
        Running.TryRemove(command, out _);
        command.Complete();
    }

    private static Sequence.Place SequenceOf(ScsiCommand command) => (Sequence.Place)((LoopbackCommand)command.DriverState!).State!;

    private void Work()
    {
        foreach (ScsiCommand command in _later.GetConsumingEnumerable())
        {
            if (command.Tag % 5 == 0)
                Thread.Yield();
            End(command);
        }
    }
}
