using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using BenchmarkDotNet.Attributes;
using Scst.Loopback;
using Scst.Protocol;
using Scst.VDisk;

namespace Scst.Benchmarks;

/// <summary>
/// Whether a command costs more, or an object more memory, where there are many: one session with many logical units, or many
/// sessions with one. Commands go round, so each meets what was not used for the longest time. The heap of all objects is
/// printed at set-up.
/// </summary>
[MemoryDiagnoser]
public class ScaleBenchmarks : IAsyncDisposable
{
    private const int Operations = 20_000;
    private const int Length = 4096;

    private readonly List<DiskHandler> _disks = [];
    private readonly List<LoopbackInitiator> _initiators = [];
    private readonly List<LoopbackCommand> _reads = [];
    private ScsiEngine _engine = null!;
    private LoopbackDriver _driver = null!;
    private int _next;

    [Params(1, 100, 10_000)]
    public int Count { get; set; }

    [Params(ScaleKind.LogicalUnits, ScaleKind.Sessions)]
    public ScaleKind Of { get; set; }

    private int LogicalUnits => Of == ScaleKind.LogicalUnits ? Count : 1;

    private int Sessions => Of == ScaleKind.Sessions ? Count : 1;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        _engine = new ScsiEngine();
        _driver = new LoopbackDriver(_engine);
        var units = new LogicalUnit[LogicalUnits];
        for (int i = 0; i < units.Length; i++)
        {
            _disks.Add(new DiskHandler(new NullStore(1 << 20)));
            units[i] = _engine.AddLogicalUnit($"disk{i}", _disks[i]);
        }
        Target target = _driver.AddTarget("target", new TargetOptions { DefaultGroup = AccessControlGroup.Of(units) });
        for (int i = 0; i < Sessions; i++)
            _initiators.Add(_driver.Connect(target, $"initiator{i}"));
        for (int i = 0; i < Count; i++)
        {
            var read = new LoopbackCommand
            {
                Lun = Lun.FromNumber(i % LogicalUnits),
                Cdb = new byte[6],
                ExpectedDirection = DataDirection.ToInitiator,
                ExpectedLength = Length,
            };
            LoopbackInitiator initiator = _initiators[i % Sessions];
            // The first command of a nexus reports the power on condition.
            initiator.Submit(read);
            initiator.EndOfBurst();
            read.Cdb = new byte[] { (byte)OperationCode.Read10, 0, 0, 0, 0, 0, 0, 0, Length / 512, 0 };
            _reads.Add(read);
        }
        Run();
        if (_reads.Any(read => read.Result.Status != ScsiStatus.Good))
            throw new InvalidOperationException("A READ failed.");
        long all = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine($"// heap: {all >> 10} KiB, {all / Count} bytes for each of {Count} {Of}");
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        foreach (LoopbackInitiator initiator in _initiators)
            await initiator.DisposeAsync().ConfigureAwait(false);
        await _driver.DisposeAsync().ConfigureAwait(false);
        await _engine.DisposeAsync().ConfigureAwait(false);
        foreach (DiskHandler disk in _disks)
            await disk.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public void Run()
    {
        for (int i = 0; i < Operations; i++)
        {
            int pair = _next;
            _next = pair + 1 == _reads.Count ? 0 : pair + 1;
            LoopbackInitiator initiator = _initiators[pair % Sessions];
            initiator.Submit(_reads[pair]);
            initiator.EndOfBurst();
        }
    }
}
