using System;
using System.Linq;

namespace Scst.Tests.FlowControl.Simulation;

/// <summary>A scenario that runs.</summary>
internal sealed class FlowWorld
{
    private long[] _completedBefore = [];
    private long _servedBefore;
    private TimeSpan _since;

    internal FlowWorld(FlowScenario scenario)
    {
        var random = new Random(scenario.Seed);
        Store = new QueueingStore(Time, scenario.Kind, scenario.Service, scenario.Servers, scenario.Slowness, random);
        DepthController? controller = scenario.Policy is { } policy
            ? new DepthController(policy, scenario.MaxDepth, scenario.Window, TimeSpan.Zero)
            : null;
        Target = new FlowTarget(Time, Store, controller, scenario.Tick);
        Initiators = [.. scenario.Depths.Select((depth, i) => new LinuxInitiator(
            Time, Target, depth, random, scenario.Weights.Length > 0 ? scenario.Weights[i] : 1, isEndless: scenario.Endless))];
        foreach (LinuxInitiator initiator in Initiators)
            Time.After(TimeSpan.FromMilliseconds(random.Next(1000)), initiator.Start);
        for (int i = 0; i < scenario.Silent; i++)
            Time.At(TimeSpan.Zero, new LinuxInitiator(Time, Target, 64, random, isSilent: true).Start);
        BeginMeasuring();
    }

    internal VirtualTime Time { get; } = new();

    internal QueueingStore Store { get; }

    internal FlowTarget Target { get; }

    internal LinuxInitiator[] Initiators { get; }

    internal int Aborts => Initiators.Sum(initiator => initiator.Aborts);

    internal int GivenUp => Initiators.Sum(initiator => initiator.GivenUp);

    /// <summary>Commands that each initiator has got since it was last measured.</summary>
    internal long[] Completed => [.. Initiators.Select((initiator, i) => initiator.Completed - _completedBefore[i])];

    internal TimeSpan Longest => Initiators.Max(initiator => initiator.Longest);

    /// <summary>Commands per second that the store has served since it was last measured.</summary>
    internal double Throughput => (Store.Served - _servedBefore) / (Time.Now - _since).TotalSeconds;

    /// <summary>Jain's index of what each initiator has got since it was last measured: 1 is the same for all.</summary>
    internal double Fairness
    {
        get
        {
            double[] shares = [.. Completed.Select(completed => (double)completed)];
            return shares.Sum() * shares.Sum() / (shares.Length * shares.Sum(share => share * share));
        }
    }

    internal void Run(TimeSpan duration) => Time.RunUntil(Time.Now + duration);

    internal void BeginMeasuring()
    {
        _completedBefore = [.. Initiators.Select(initiator => initiator.Completed)];
        _servedBefore = Store.Served;
        _since = Time.Now;
        Target.Forget();
    }
}
