using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Scst.Loopback;
using Scst.Protocol;
using Scst.VDisk;

namespace Scst.Benchmarks;

/// <summary>
/// What it costs to give half of many sessions another LUN map, and whether the other half notices. Every session has used every
/// LUN; half of them go from group A to group B and back. In B half of the LUNs are as in A, a quarter are other devices and a
/// quarter are missing. Each of those sessions has a command under way at the change, on a nexus that goes. Windows with and
/// without a change take turns and are else the same.
/// </summary>
internal sealed class AccessChangeMeasurement : IAsyncDisposable
{
    private const int Luns = 100;
    private const int KeptLuns = Luns / 2;
    private const int MappedInB = Luns * 3 / 4;
    private const int RoundTrips = 5;
    private const int MostAttentions = 4;

    private static readonly TimeSpan _halfWindow = TimeSpan.FromMilliseconds(500);

    private readonly List<DiskHandler> _disks = [];
    private readonly List<LoopbackInitiator> _staying = [];
    private readonly List<LoopbackInitiator> _moved = [];
    private readonly List<HeldCommand> _held = [];
    private readonly WaitPhase _without = new("without");
    private readonly WaitPhase _with = new("with");
    private readonly LogicalUnit[] _units = new LogicalUnit[Luns];
    private readonly LoopbackCommand _testUnitReady = new() { Cdb = new byte[6] };
    private readonly ScsiEngine _engine = new();
    private readonly LoopbackDriver _driver;
    private readonly Target _target;
    private readonly int _sessions;
    private long _sent;
    private long _answered;

    private AccessChangeMeasurement(int sessions)
    {
        _sessions = sessions;
        _driver = new LoopbackDriver(_engine);
        for (int i = 0; i < Luns; i++)
        {
            _disks.Add(new DiskHandler(new NullStore(1 << 20)));
            _units[i] = _engine.AddLogicalUnit($"disk{i}", _disks[i]);
        }
        _target = _driver.AddTarget("target", MakeOptions());
    }

    internal static async Task RunAsync(int sessions)
    {
        await using var measurement = new AccessChangeMeasurement(sessions);
        await measurement.MeasureBareSessionsAsync().ConfigureAwait(false);
        measurement.Connect();
        await measurement.ChangeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        long start = Stopwatch.GetTimestamp();
        await _driver.DisposeAsync().ConfigureAwait(false);
        Write($"sessions closed in {Milliseconds(start):F0} ms");
        await _engine.DisposeAsync().ConfigureAwait(false);
        foreach (DiskHandler disk in _disks)
            await disk.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The heap of a session alone: the loopback initiator around it is no part of the target.</summary>
    private async Task MeasureBareSessionsAsync()
    {
        Target target = _driver.AddTarget("bare", MakeOptions());
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < _sessions; i++)
            target.OpenSession($"b{i}");
        double opened = Milliseconds(start);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        start = Stopwatch.GetTimestamp();
        await _engine.RemoveTargetAsync(target).ConfigureAwait(false);
        Write($"{_sessions} sessions opened in {opened:F0} ms, closed in {Milliseconds(start):F0} ms");
        Write($"bytes per session: {(after - before) / _sessions} with no nexus used and no command sent");
    }

    private void Connect()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < _sessions; i++)
            (i % 2 == 0 ? _staying : _moved).Add(_driver.Connect(_target, i % 2 == 0 ? $"a{i}" : $"b{i}"));
        long connected = GC.GetTotalMemory(forceFullCollection: true);
        // One command object each, which is then used again.
        foreach (LoopbackInitiator initiator in _staying.Concat(_moved))
            Use(initiator, 1);
        long one = GC.GetTotalMemory(forceFullCollection: true);
        long start = Stopwatch.GetTimestamp();
        foreach (LoopbackInitiator initiator in _staying.Concat(_moved))
            Use(initiator, Luns);
        double used = Milliseconds(start);
        long all = GC.GetTotalMemory(forceFullCollection: true);
        Write($"bytes per session with its loopback initiator: {(connected - before) / _sessions} with no nexus used");
        Write($"  {(one - before) / _sessions} with one, {(all - before) / _sessions} with {Luns}: {(all - one) / _sessions / (Luns - 1)} for each");
        Write($"all nexuses used in {used:F0} ms; heap {all >> 20} MiB");
        for (int i = 0; i < _moved.Count; i++)
            _held.Add(new HeldCommand(_moved[i], KeptLuns + (i % (MappedInB - KeptLuns)), isWrite: i / 2 % 2 == 0));
    }

    private async Task ChangeAsync()
    {
        using (var reader = new UnaffectedReader(_staying, Luns))
        {
            for (int i = 0; i < 2 * RoundTrips; i++)
            {
                bool there = i % 2 == 0;
                await WatchAsync(reader, _without, () => Task.CompletedTask, isChange: false).ConfigureAwait(false);
                await WatchAsync(reader, _with, () => MoveAsync(there), isChange: true).ConfigureAwait(false);
                foreach (LoopbackInitiator initiator in _moved)
                    Use(initiator, there ? MappedInB : Luns);
            }
            reader.Stop();
            _sent += reader.Sent;
            _answered += reader.Good;
        }
        Write($"{_without}");
        Write($"{_with}");
        Write($"commands sent {_sent}, answered as they should be {_answered}");
    }

    /// <summary>One window: half of it, then the change or nothing, then the other half.</summary>
    private async Task WatchAsync(UnaffectedReader reader, WaitPhase phase, Func<Task> change, bool isChange)
    {
        foreach (HeldCommand command in _held)
            command.Begin();
        _sent += _held.Count;
        // What happened between the windows is not to be collected inside one.
        GC.Collect();
        phase.Open();
        reader.Record(phase);
        await Task.Delay(_halfWindow).ConfigureAwait(false);
        await change().ConfigureAwait(false);
        await Task.Delay(_halfWindow).ConfigureAwait(false);
        reader.Record(null);
        phase.Close();
        if (!isChange)
            EndHeld(nexusIsGone: false);
    }

    private async Task MoveAsync(bool there)
    {
        var usage = new ThreadUsage();
        double usedBefore = usage.Milliseconds;
        long start = Stopwatch.GetTimestamp();
        AccessChange done = _target.ChangeAccess(options => there
            ? options.MoveInitiator("b*", "A", "B")
            : options.MoveInitiator("b*", "B", "A"));
        double changed = Milliseconds(start);
        double used = usage.Milliseconds - usedBefore;
        bool waits = !done.Drained.IsCompleted;
        EndHeld(nexusIsGone: true);
        double ended = Milliseconds(start);
        await done.Drained.ConfigureAwait(false);
        double drained = Milliseconds(start);
        Write($"{(there ? "A to B" : "B to A")}: {done.Reassigned.Count} sessions in {changed:F0} ms ({used:F0} ms of CPU)");
        Write($"  drained (waited: {waits}) after {drained:F0} ms, the last held command let go after {ended:F0} ms");
    }

    private void EndHeld(bool nexusIsGone)
    {
        foreach (HeldCommand command in _held)
        {
            if (command.End(nexusIsGone) is { } wrong)
                throw new InvalidOperationException(wrong);
            _answered++;
        }
    }

    /// <summary>TEST UNIT READY to every LUN until no unit attention is left.</summary>
    private void Use(LoopbackInitiator initiator, int luns)
    {
        for (int lun = 0; lun < luns; lun++)
        {
            _testUnitReady.Lun = Lun.FromNumber(lun);
            int tries = 0;
            do
            {
                initiator.Submit(_testUnitReady);
                initiator.EndOfBurst();
                _sent++;
                if (!_testUnitReady.IsCompleted || ++tries > MostAttentions)
                    throw new InvalidOperationException($"{initiator} LUN {lun}: {_testUnitReady.Result.Sense}");
                _answered++;
            }
            while (_testUnitReady.Result.Status != ScsiStatus.Good);
        }
    }

    private TargetOptions MakeOptions()
    {
        IEnumerable<LunMapping> other = Enumerable.Range(0, MappedInB).Select(number => new LunMapping(
            number, _units[number < KeptLuns ? number : number + 1]));
        return new TargetOptions
        {
            Groups =
            [
                AccessControlGroup.Of(_units) with { Name = "A", Initiators = ["a*", "b*"] },
                new AccessControlGroup { Name = "B", Luns = [.. other] },
            ],
        };
    }

    private static double Milliseconds(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;

    private static void Write(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
