using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Initiator;
using Scst.VDisk;

namespace Scst.Iscsi.Tests.Harness;

/// <summary>
/// A target with a disk at a port of its own for each test. At the end it must stop cleanly, without a fault in its log, and
/// without a buffer that nobody has given back.
/// </summary>
public abstract class IscsiFixture
{
    protected const string Iqn = "iqn.2026-01.org.example:disk";
    protected const int BlockLength = 512;
    protected const int DiskBytes = 8 << 20;

    private readonly List<TestInitiator> _initiators = [];
    private DiskHandler _disk = null!;
    private bool _isStopped;

    internal LogRecorder Log { get; private set; } = null!;

    internal ManualTimeProvider Time { get; private set; } = null!;

    internal ScsiEngine Engine { get; private set; } = null!;

    internal IscsiTargetDriver Driver { get; private set; } = null!;

    internal GatedHandler Handler { get; private set; } = null!;

    internal Target Target { get; private set; } = null!;

    /// <summary>The bytes of the disk.</summary>
    internal RamStore Store { get; private set; } = null!;

    internal IPEndPoint Portal => Driver.Endpoints[0];

    /// <summary>Faults that a test provokes on purpose.</summary>
    protected bool ExpectsFaults { get; set; }

    /// <summary>Whether the driver is to use the class library's sockets also where there is something better.</summary>
    protected bool UsesPortableTransport { get; init; }

    /// <summary>Commands that a test leaves running on purpose keep their buffers.</summary>
    protected bool LeavesCommands { get; set; }

    [SetUp]
    public async Task StartTarget()
    {
        Log = new LogRecorder();
        Time = new ManualTimeProvider();
        ExpectsFaults = false;
        LeavesCommands = false;
        _isStopped = false;
        Engine = new ScsiEngine(new ScsiEngineOptions { LoggerFactory = Log, TimeProvider = Time });
        Store = new RamStore(DiskBytes);
        _disk = new DiskHandler(Store);
        Handler = MakeHandler(_disk);
        var logicalUnit = Engine.AddLogicalUnit("disk", Handler);
        Driver = new IscsiTargetDriver(Engine, Configure(new IscsiDriverOptions
        {
            Portals = [new IPEndPoint(IPAddress.Loopback, 0)],
            UsesPortableTransport = UsesPortableTransport,
        }));
        Target = Driver.AddTarget(Iqn, new TargetOptions { DefaultGroup = AccessControlGroup.Of(logicalUnit) });
        await Driver.StartAsync();
    }

    [TearDown]
    public async Task StopTarget()
    {
        foreach (var initiator in _initiators)
            initiator.Dispose();
        _initiators.Clear();
        Handler.Release();
        await StopDriverAsync();
        if (!LeavesCommands)
            Assert.That(Engine.BufferPool.RentedBytes, Is.Zero, "bytes of buffers that were not given back");
        await Engine.DisposeAsync();
        await _disk.DisposeAsync();
        if (!ExpectsFaults)
            Assert.That(Log.Faults, Is.Empty);
    }

    /// <summary>How the driver of this fixture is set up.</summary>
    protected virtual IscsiDriverOptions Configure(IscsiDriverOptions options) => options;

    private protected virtual GatedHandler MakeHandler(IDevHandler disk) => new(disk);

    protected async Task StopDriverAsync()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        await Driver.DisposeAsync().AsTask().WaitAsync(Safety.Timeout);
    }

    private protected async Task<TestInitiator> ConnectAsync(IPEndPoint? portal = null)
    {
        var initiator = await TestInitiator.ConnectAsync(portal ?? Portal);
        _initiators.Add(initiator);
        return initiator;
    }

    /// <summary>Logs in to the target and takes the unit attention of the first command.</summary>
    private protected async Task<TestInitiator> LoginAsync(params string[] keys)
    {
        var initiator = await ConnectAsync();
        await initiator.LoginAsync(Iqn, keys);
        await initiator.ClearUnitAttentionAsync();
        return initiator;
    }

    private protected async Task<TestInitiator> LoginAsync(ulong isid, params string[] keys)
    {
        var initiator = await ConnectAsync();
        initiator.Isid = isid;
        await initiator.LoginAsync(Iqn, keys);
        await initiator.ClearUnitAttentionAsync();
        return initiator;
    }

    /// <summary>Waits for something that nobody tells of.</summary>
    private protected static async Task WaitAsync(Func<bool> condition)
    {
        using var safety = new CancellationTokenSource(Safety.Timeout);
        while (!condition())
        {
            safety.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private protected async Task<byte[]> ReadStoreAsync(long offset, int length)
    {
        var bytes = new byte[length];
        await Store.ReadAsync(offset, bytes);
        return bytes;
    }

    private protected async Task FillStoreAsync(byte[] bytes) => await Store.WriteAsync(0, bytes, default);

    private protected static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private protected IEnumerable<string> Rejections =>
        Log.Entries.Where(entry => entry.Id == LogRecorder.PduRejected).Select(entry => entry.Text);
}
