using System;
using System.Threading.Tasks;
using BenchmarkDotNet.Attributes;
using Scst.Loopback;
using Scst.Protocol;
using Scst.VDisk;

namespace Scst.Benchmarks;

/// <summary>
/// What a command costs from an initiator in memory through the whole middle level to a store and back: LUN map,
/// admission, gate, unit attention, reservation and write protection checks, buffers, burst ends.
/// </summary>
[MemoryDiagnoser]
public class CommandBenchmarks : IAsyncDisposable
{
    private const int Operations = 32 * 64;
    private const int Length = 4096;
    private const long DiskSize = 64 << 20;

    private ScsiEngine _engine = null!;
    private LoopbackDriver _driver = null!;
    private LoopbackInitiator _initiator = null!;
    private DiskHandler _disk = null!;
    private LoopbackCommand[] _ready = null!;
    private LoopbackCommand[] _reads = null!;
    private LoopbackCommand[] _writes = null!;
    private LoopbackCommand[] _uncopiedReads = null!;

    [Params(StoreKind.Null, StoreKind.Ram)]
    public StoreKind Store { get; set; }

    [Params(1, 32)]
    public int QueueDepth { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _engine = new ScsiEngine();
        _disk = new DiskHandler(Store == StoreKind.Null ? new NullStore(DiskSize) : new RamStore(DiskSize));
        LogicalUnit unit = _engine.AddLogicalUnit("disk", _disk);
        _driver = new LoopbackDriver(_engine);
        Target target = _driver.AddTarget("target", new TargetOptions
        {
            Groups = [AccessControlGroup.Of(unit) with { Initiators = ["initiator*"] }],
        });
        _initiator = _driver.Connect(target, "initiator0");
        // The first command of a nexus reports the power on condition.
        await _initiator.ExecuteAsync(new byte[6]).ConfigureAwait(false);
        _ready = Make(_ => new byte[6], false, false);
        _reads = Make(lba => Cdb(OperationCode.Read10, lba), true, false);
        _writes = Make(lba => Cdb(OperationCode.Write10, lba), false, true);
        _uncopiedReads = Make(lba => Cdb(OperationCode.Read10, lba), false, false);
        foreach (LoopbackCommand read in _uncopiedReads)
        {
            read.ExpectedDirection = DataDirection.ToInitiator;
            read.ExpectedLength = Length;
        }
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await _initiator.DisposeAsync().ConfigureAwait(false);
        await _driver.DisposeAsync().ConfigureAwait(false);
        await _engine.DisposeAsync().ConfigureAwait(false);
        await _disk.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public void TestUnitReady() => Run(_ready);

    [Benchmark(OperationsPerInvoke = Operations)]
    public void Read10Of4KiB() => Run(_reads);

    /// <summary>Without the copy to the initiator's memory: the middle level alone.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public void Read10Of4KiBUncopied() => Run(_uncopiedReads);

    [Benchmark(OperationsPerInvoke = Operations)]
    public void Write10Of4KiB() => Run(_writes);

    private static byte[] Cdb(OperationCode code, int lba) => [(byte)code, 0, 0, 0, (byte)(lba >> 8), (byte)lba, 0, 0, Length / 512, 0];

    private LoopbackCommand[] Make(Func<int, byte[]> cdb, bool reads, bool writes)
    {
        var commands = new LoopbackCommand[QueueDepth];
        for (int i = 0; i < commands.Length; i++)
        {
            commands[i] = new LoopbackCommand
            {
                Cdb = cdb(i * (Length / 512)),
                DataIn = reads ? new byte[Length] : default,
                DataOut = writes ? new byte[Length] : default,
            };
        }
        return commands;
    }

    private void Run(LoopbackCommand[] commands)
    {
        for (int done = 0; done < Operations; done += commands.Length)
        {
            foreach (LoopbackCommand command in commands)
                _initiator.Submit(command);
            _initiator.EndOfBurst();
        }
        foreach (LoopbackCommand command in commands)
        {
            if (!command.IsCompleted || command.Result.Status != ScsiStatus.Good)
                throw new InvalidOperationException($"A command ended in {command.Result.Status}.");
        }
    }
}
