using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests;

/// <summary>
/// An engine with one disk at LUN 0 of one target. Every test ends with everything closed and every buffer given back.
/// </summary>
internal abstract class EngineFixture
{
    /// <summary>Only so that a broken build fails instead of hanging; no verdict depends on it.</summary>
    private static readonly TimeSpan _hang = TimeSpan.FromMinutes(2);

    private readonly List<ScriptedHandler> _handlers = [];

    protected ScsiEngine Engine { get; private set; } = null!;

    protected LoopbackDriver Driver { get; private set; } = null!;

    protected ScriptedHandler Disk { get; private set; } = null!;

    protected LogicalUnit Unit { get; private set; } = null!;

    protected Target Target { get; private set; } = null!;

    protected virtual ScsiEngineOptions EngineOptions => new();

    protected virtual LogicalUnitOptions UnitOptions => new();

    [SetUp]
    public void StartEngine()
    {
        Engine = new ScsiEngine(EngineOptions);
        Driver = new LoopbackDriver(Engine);
        Disk = CreateDisk();
        Unit = Add("disk", Disk);
        Target = Driver.AddTarget("target", new TargetOptions { DefaultGroup = AccessControlGroup.Of(Unit) });
    }

    [TearDown]
    public async Task StopEngineAsync()
    {
        foreach (ScriptedHandler handler in _handlers)
            handler.ReleaseAll();
        _handlers.Clear();
        await Driver.DisposeAsync().AsTask().WaitAsync(_hang);
        await Engine.DisposeAsync().AsTask().WaitAsync(_hang);
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero, "A buffer was not given back.");
    }

    /// <summary>Loses everything but what a store has kept.</summary>
    protected async Task RestartEngineAsync()
    {
        await StopEngineAsync();
        StartEngine();
    }

    protected virtual ScriptedHandler CreateDisk() => new();

    protected LogicalUnit Add(string name, ScriptedHandler handler)
    {
        _handlers.Add(handler);
        return Engine.AddLogicalUnit(name, handler, UnitOptions);
    }

    /// <summary>A new initiator, to which everything is news: its first command gets a unit attention.</summary>
    protected LoopbackInitiator Connect(string name = "initiator", Target? target = null) => Driver.Connect(target ?? Target, name);

    /// <summary>A new initiator that has heard of the power on at the given LUNs.</summary>
    protected LoopbackInitiator Login(string name = "initiator", Target? target = null, params int[] luns)
    {
        LoopbackInitiator initiator = Connect(name, target);
        foreach (int lun in luns.Length == 0 ? [0] : luns)
            Expect.Check(Run(initiator, Cdbs.TestUnitReady, lun: lun), 0x6, 0x2900);
        return initiator;
    }

    /// <summary>A session with a driver of the test's own, at a target of its own that shows the disk at LUN 0.</summary>
    protected Session OpenSession(ITargetDriver driver) => Engine
        .AddTarget("own", driver, new TargetOptions { DefaultGroup = AccessControlGroup.Of(Unit) })
        .OpenSession("own");

    /// <summary>Submits a command in a burst of its own; it may or may not have ended then.</summary>
    protected static LoopbackCommand Start(
        LoopbackInitiator initiator,
        byte[] cdb,
        byte[]? dataOut = null,
        int dataIn = 0,
        int lun = 0,
        TaskAttribute attribute = TaskAttribute.Simple,
        bool holdsDataOut = false,
        bool holdsResponse = false)
    {
        var command = new LoopbackCommand
        {
            Cdb = cdb,
            DataOut = dataOut,
            DataIn = dataIn == 0 ? default : new byte[dataIn],
            Lun = Lun.FromNumber(lun),
            TaskAttribute = attribute,
            HoldsDataOut = holdsDataOut,
            HoldsResponse = holdsResponse,
        };
        initiator.Submit(command);
        initiator.EndOfBurst();
        return command;
    }

    /// <summary>Executes a command that ends at once.</summary>
    protected static LoopbackResult Run(
        LoopbackInitiator initiator,
        byte[] cdb,
        byte[]? dataOut = null,
        int dataIn = 0,
        int lun = 0,
        TaskAttribute attribute = TaskAttribute.Simple)
    {
        LoopbackCommand command = Start(initiator, cdb, dataOut, dataIn, lun, attribute);
        Assert.That(command.IsCompleted, "The command has not ended.");
        return command.Result;
    }

    /// <summary>Executes a command that ends at once in GOOD, and returns its data-in.</summary>
    protected static byte[] Fetch(LoopbackInitiator initiator, byte[] cdb, int length, int lun = 0)
    {
        LoopbackCommand command = Start(initiator, cdb, dataIn: length, lun: lun);
        Expect.Good(command);
        return command.DataIn.Slice(0, command.Result.DataInLength).ToArray();
    }

    /// <summary>Sends a task management function that ends at once.</summary>
    protected static async Task<TaskManagementResponse> Manage(
        LoopbackInitiator initiator,
        TaskManagementFunction function,
        int lun = 0,
        ulong tag = 0)
    {
        ValueTask<TaskManagementResponse> response = initiator.ManageAsync(function, lun, tag);
        Assert.That(response.IsCompleted, "The function has not ended.");
        return await response;
    }

    /// <summary>Sends a task management function that may take its time.</summary>
    protected static Task<TaskManagementResponse> Begin(
        LoopbackInitiator initiator,
        TaskManagementFunction function,
        int lun = 0,
        ulong tag = 0) =>
        initiator.ManageAsync(function, lun, tag).AsTask();

    protected static byte[] Pattern(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
