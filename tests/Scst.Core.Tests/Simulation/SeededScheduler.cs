using System;
using System.Collections.Generic;

namespace Scst.Tests.Simulation;

/// <summary>Runs steps one at a time in an order that its seed decides. One seed is one history.</summary>
internal sealed class SeededScheduler : StepScheduler
{
    private const int MaxSteps = 1_000_000;

    private readonly List<Action> _ready = [];

    internal SeededScheduler(int seed) => Random = new Random(seed);

    /// <summary>Every choice in the simulation is made with this one source.</summary>
    internal Random Random { get; }

    internal int StepsRun { get; private set; }

    internal override void Schedule(Action step) => _ready.Add(step);

    /// <summary>Runs until nothing is left to do.</summary>
    internal void RunUntilIdle()
    {
        while (_ready.Count > 0)
        {
            if (++StepsRun > MaxSteps)
                throw new InvalidOperationException("The simulation does not come to rest.");
            int pick = Random.Next(_ready.Count);
            Action step = _ready[pick];
            _ready[pick] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            step();
        }
    }

    /// <summary>Runs at most that many steps.</summary>
    internal void Run(int steps)
    {
        for (int i = 0; i < steps && _ready.Count > 0; i++)
        {
            StepsRun++;
            int pick = Random.Next(_ready.Count);
            Action step = _ready[pick];
            _ready[pick] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            step();
        }
    }
}
