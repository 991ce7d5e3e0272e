using System;
using System.Collections.Generic;

namespace Scst.Tests.FlowControl.Simulation;

/// <summary>A store of queueing theory: so many servers, each of which takes the next command that waits and serves it for a while.</summary>
internal sealed class QueueingStore
{
    internal const int Blocks = 1_000_000;

    /// <summary>A disk chooses among so many commands that it knows; the others wait outside (native command queuing).</summary>
    private const int KnownToDisk = 32;

    private readonly VirtualTime _time;
    private readonly StoreKind _kind;
    private readonly TimeSpan _mean;
    private readonly Slowness _slowness;
    private readonly Random _random;
    private readonly LinkedList<(FlowCommand Command, Action Done)> _waiting = [];
    private int _idle;
    private int _head;
    private bool _isMovingUp = true;

    internal QueueingStore(VirtualTime time, StoreKind kind, TimeSpan mean, int servers, Slowness slowness, Random random)
    {
        _time = time;
        _kind = kind;
        _mean = mean;
        _slowness = slowness;
        _random = random;
        _idle = servers;
    }

    internal long Served { get; private set; }

    internal void Begin(FlowCommand command, Action done)
    {
        _waiting.AddLast((command, done));
        Serve();
    }

    private void Serve()
    {
        while (_idle > 0 && _waiting.Count > 0)
        {
            _idle--;
            LinkedListNode<(FlowCommand Command, Action Done)> next = Choose();
            _waiting.Remove(next);
            TimeSpan work = WorkOf(next.Value.Command);
            _time.At(_slowness.EndOf(_time.Now, work), () =>
            {
                _idle++;
                Served++;
                next.Value.Done();
                Serve();
            });
        }
    }

    private TimeSpan WorkOf(FlowCommand command) => _kind switch
    {
        StoreKind.Constant => _mean,
        StoreKind.Exponential => _mean * -Math.Log(1 - _random.NextDouble()),
        _ => Seek(command.Request.Block),
    };

    /// <summary>Half of the mean for a turn of the disk, the other half for the way of its arm if nobody else waits.</summary>
    private TimeSpan Seek(int block)
    {
        double distance = Math.Abs(block - _head) / (double)Blocks;
        _head = block;
        // A third of the disk is the mean way between two random places.
        return _mean * (_random.NextDouble() + (0.5 * Math.Sqrt(distance * 3)));
    }

    /// <summary>A disk goes through its commands like a lift, so that many of them make short ways.</summary>
    private LinkedListNode<(FlowCommand Command, Action Done)> Choose()
    {
        if (_kind != StoreKind.Disk)
            return _waiting.First!;
        LinkedListNode<(FlowCommand Command, Action Done)>? best = Nearest();
        if (best is null)
        {
            _isMovingUp = !_isMovingUp;
            best = Nearest();
        }
        return best!;
    }

    private LinkedListNode<(FlowCommand Command, Action Done)>? Nearest()
    {
        LinkedListNode<(FlowCommand Command, Action Done)>? best = null;
        long shortest = long.MaxValue;
        LinkedListNode<(FlowCommand Command, Action Done)>? node = _waiting.First;
        for (int i = 0; node is not null && i < KnownToDisk; i++, node = node.Next)
        {
            long way = node.Value.Command.Request.Block - _head;
            if (!_isMovingUp)
                way = -way;
            if (way >= 0 && way < shortest)
                (best, shortest) = (node, way);
        }
        return best;
    }
}
