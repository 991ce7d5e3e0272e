using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>A disk behind the real middle level, and an initiator that is past its first unit attention.</summary>
internal sealed class TestDisk : IAsyncDisposable
{
    private readonly ScsiEngine _engine = new();
    private readonly LoopbackDriver _driver;
    private readonly Target _target;
    private readonly ScriptedStore? _script;

    private TestDisk(IBlockStore store, DiskOptions options)
    {
        _driver = new LoopbackDriver(_engine);
        _script = store as ScriptedStore;
        Handler = new DiskHandler(store, options);
        LogicalUnit = _engine.AddLogicalUnit("disk", Handler);
        _target = _driver.AddTarget("target", new TargetOptions { DefaultGroup = AccessControlGroup.Of(LogicalUnit) });
        Initiator = _driver.Connect(_target, "initiator");
    }

    internal DiskHandler Handler { get; }

    internal LogicalUnit LogicalUnit { get; }

    internal LoopbackInitiator Initiator { get; }

    internal DataBufferPool Pool => _engine.BufferPool;

    internal int BlockLength => Handler.BlockLength;

    internal static async Task<TestDisk> CreateAsync(IBlockStore store, DiskOptions? options = null)
    {
        var disk = new TestDisk(store, options ?? new DiskOptions());
        await PassAttentionAsync(disk.Initiator);
        return disk;
    }

    /// <summary>One more initiator, past its first unit attention too.</summary>
    internal async Task<LoopbackInitiator> ConnectAsync(string name)
    {
        LoopbackInitiator initiator = _driver.Connect(_target, name);
        await PassAttentionAsync(initiator);
        return initiator;
    }

    private static async Task PassAttentionAsync(LoopbackInitiator initiator)
    {
        for (int i = 0; i < 4; i++)
        {
            if ((await initiator.ExecuteAsync(Cdb.TestUnitReady)).Status == ScsiStatus.Good)
                return;
        }
        throw new InvalidOperationException("The disk does not become ready.");
    }

    internal ValueTask<LoopbackResult> ExecuteAsync(byte[] cdb, byte[]? dataOut = null, byte[]? dataIn = null) =>
        Initiator.ExecuteAsync(cdb, dataOut, dataIn);

    /// <summary>Submits a command that may end later; whether it has, it knows at once.</summary>
    internal LoopbackCommand Start(byte[] cdb, byte[]? dataOut = null, byte[]? dataIn = null)
    {
        var command = new LoopbackCommand { Cdb = cdb, DataOut = dataOut, DataIn = dataIn };
        Initiator.Submit(command);
        Initiator.EndOfBurst();
        return command;
    }

    /// <summary>How a command ended that must have ended by now.</summary>
    internal static LoopbackResult ResultOf(LoopbackCommand command)
    {
        Assert.That(command.IsCompleted, Is.True);
        return command.Result;
    }

    /// <summary>Executes a command that must end in GOOD without a residual.</summary>
    internal async Task GoodAsync(byte[] cdb, byte[]? dataOut = null, byte[]? dataIn = null)
    {
        LoopbackResult result = await ExecuteAsync(cdb, dataOut, dataIn);
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.Good), () => $"{Convert.ToHexString(cdb)}: {result.Sense}");
        Assert.That(result.ResidualKind, Is.EqualTo(ResidualKind.None), () => Convert.ToHexString(cdb));
    }

    /// <summary>Executes a command that must end in CHECK CONDITION.</summary>
    /// <returns>All that the sense data says.</returns>
    internal async Task<Sense> FailsAsync(
        SenseKey key,
        byte code,
        byte qualifier,
        byte[] cdb,
        byte[]? dataOut = null,
        byte[]? dataIn = null)
    {
        LoopbackResult result = await ExecuteAsync(cdb, dataOut, dataIn);
        return Check(result, key, code, qualifier, Convert.ToHexString(cdb));
    }

    internal static Sense Check(in LoopbackResult result, SenseKey key, byte code, byte qualifier, string what = "")
    {
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.CheckCondition), what);
        Sense sense = result.Sense!.Value;
        Assert.That((sense.Key, sense.Additional), Is.EqualTo((key, new AdditionalSense(code, qualifier))), what);
        return sense;
    }

    internal async Task<byte[]> ReadAsync(ulong lba, uint blocks)
    {
        byte[] data = new byte[blocks * BlockLength];
        Array.Fill(data, (byte)0xA5);
        await GoodAsync(Cdb.Read(16, lba, blocks), dataIn: data);
        return data;
    }

    /// <summary>Also holds the disk to having given every buffer back.</summary>
    public async ValueTask DisposeAsync()
    {
        _script?.FinishAll();
        await _driver.DisposeAsync();
        await _engine.DisposeAsync();
        Assert.That(_engine.BufferPool.RentedBytes, Is.Zero);
        await Handler.CloseAsync();
    }
}
