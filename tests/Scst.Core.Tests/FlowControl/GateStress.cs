using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Scst.Tests.FlowControl;

/// <summary>Threads that submit, and end each other's commands.</summary>
internal sealed class GateStress
{
    private readonly DepthGate<StressCommand> _gate;
    private readonly ConcurrentQueue<StressCommand> _inside = new();
    private int _count;
    private int _done;
    private int _most;

    internal GateStress(DepthGate<StressCommand> gate) => _gate = gate;

    internal int Done => _done;

    /// <summary>The most commands that were inside at once.</summary>
    internal int Most => _most;

    internal void Run(DepthShare<StressCommand> share, int seed, int commands)
    {
        var random = new Random(seed);
        for (int left = commands; left > 0;)
        {
            var command = new StressCommand(share);
            bool isTaken = true;
            if (share.TryEnter())
                Begin(command);
            else if (_gate.Enter(share, command, 0) is var result && result == GateResult.Entered)
                Begin(command);
            else
                isTaken = result == GateResult.Waits;
            if (isTaken)
                left--;
            if (!isTaken || random.Next(3) == 0)
                EndOne();
        }
        Drain();
    }

    /// <summary>Ends all that is inside and all that enters by that.</summary>
    internal void Drain()
    {
        while (EndOne() || BeginEntered())
        {
        }
    }

    private void Begin(StressCommand command)
    {
        int count = Interlocked.Increment(ref _count);
        int most = Volatile.Read(ref _most);
        while (count > most && Interlocked.CompareExchange(ref _most, count, most) is var seen && seen != most)
            most = seen;
        _inside.Enqueue(command);
    }

    private bool EndOne()
    {
        if (!_inside.TryDequeue(out StressCommand? command))
            return BeginEntered();
        Interlocked.Decrement(ref _count);
        Interlocked.Increment(ref _done);
        command.Share.Retire();
        if (_gate.IsPressed)
            _gate.Leave(command.Share);
        BeginEntered();
        return true;
    }

    private bool BeginEntered()
    {
        bool any = false;
        while (_gate.TryTakeEntered(out StressCommand? entered))
        {
            Begin(entered!);
            any = true;
        }
        return any;
    }
}
