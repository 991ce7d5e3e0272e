using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>WRITEs that are received into the file's own pages, through the whole middle level and real system calls.</summary>
[TestFixture]
[Platform("Linux")]
[NonParallelizable]
internal sealed class DiskWriteLendingTests
{
    private const int Size = 4 << 20;
    private const uint Blocks = 32;

    private static readonly byte[] _write = Cdb.Write(10, 8, Blocks);

    private TemporaryDirectory _directory = null!;
    private string _path = null!;
    private ScsiEngine _engine = null!;
    private WatchedFileIo _io = null!;
    private FileStore _store = null!;
    private DiskHandler _disk = null!;
    private ReceivingDriver _driver = null!;
    private Session _session = null!;
    private byte[] _bytes = null!;
    private ulong _tag;

    [SetUp]
    public Task OpenAsync() => OpenAsync(new DiskOptions());

    [TearDown]
    public async Task CloseAsync()
    {
        await _session.CloseAsync(SessionEndReason.Logout);
        await _engine.DisposeAsync();
        await _disk.CloseAsync();
        _directory.Dispose();
        Assert.That(_engine.BufferPool.RentedBytes, Is.Zero);
    }

    [Test]
    public void A_write_to_what_is_in_memory_is_received_in_place()
    {
        int writes = _io.Writes;
        Write(3, Blocks);
        Assert.That(_driver.Lent, Is.EqualTo(1));
        Assert.That(_driver.Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(_io.Writes, Is.EqualTo(writes), "Nobody copies it.");
        Assert.That(_io.Flushes, Is.Zero, "The cache may keep it.");
        AssertMedium();
    }

    [Test]
    public async Task What_was_not_in_memory_is_copied_once_and_then_received_in_place()
    {
        await ((IUnmapStore)_store).UnmapAsync(0, Size);
        Array.Clear(_bytes);
        Write(0, 256);
        Assert.That(_driver.Lent, Is.Zero);
        Write(0, 256);
        Assert.That(_driver.Lent, Is.EqualTo(1));
        AssertMedium();
    }

    [Test]
    public void A_short_write_and_one_for_a_driver_that_looks_at_the_bytes_are_copied()
    {
        Write(3, 7);
        _driver.Accepts = false;
        Write(8, Blocks);
        Assert.That(_driver.Lent, Is.Zero);
        AssertMedium();
    }

    [Test]
    public void A_write_and_verify_is_copied()
    {
        Submit(Cdb.WriteAndVerify(10, 8, Blocks), Blocks);
        Assert.That(_driver.Lent, Is.Zero);
        Assert.That(_driver.Status, Is.EqualTo(ScsiStatus.Good));
    }

    [Test]
    public void A_forced_write_is_flushed_before_its_good()
    {
        int during = 0;
        _driver.AfterReceiving = () => during = _io.Flushes;
        Submit(Cdb.Write(10, 8, Blocks, Cdb.Fua), Blocks);
        Assert.That(_driver.Lent, Is.EqualTo(1));
        Assert.That(_driver.Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That((during, _io.Flushes), Is.EqualTo((0, 1)), "After its bytes have come.");
    }

    [Test]
    public async Task Without_a_write_cache_every_write_is_flushed_before_its_good()
    {
        await CloseAsync();
        await OpenAsync(new DiskOptions { WriteThrough = true });
        Write(8, Blocks);
        Assert.That((_driver.Lent, _io.Flushes), Is.EqualTo((1, 1)));
    }

    [Test]
    public void A_write_that_was_under_way_when_the_disk_was_stopped_is_flushed_before_its_good()
    {
        _driver.Held = [];
        Submit(_write, Blocks, ends: false);
        List<ScsiCommand> held = _driver.Held;
        _driver.Held = null;
        Submit(Cdb.StartStop(start: false), 0);
        Assert.That((_driver.Status, _io.Flushes), Is.EqualTo((ScsiStatus.Good, 1)));
        _driver.Receive(held[0]);
        Wait();
        Assert.That((_driver.Status, _io.Flushes), Is.EqualTo((ScsiStatus.Good, 2)));
    }

    [Test]
    public void A_flush_that_fails_is_told_and_told_again()
    {
        _io.FailsFlushes = true;
        Submit(Cdb.Write(10, 8, Blocks, Cdb.Fua), Blocks);
        AssertSense(SenseKey.MediumError, AdditionalSense.WriteError);
        _io.FailsFlushes = false;
        Submit(Cdb.Write(10, 8, Blocks, Cdb.Fua), Blocks);
        AssertSense(SenseKey.MediumError, AdditionalSense.WriteError);
        Submit(_write, Blocks);
        Assert.That((_driver.Status, _driver.Lent), Is.EqualTo((ScsiStatus.Good, 3)));
    }

    [TestCase(4096)]
    [TestCase(8192)]
    [TestCase(12288)]
    public void What_was_cut_off_before_the_receive_is_a_medium_error(int length)
    {
        _driver.BeforeReceiving = () =>
        {
            _driver.BeforeReceiving = null;
            Assert.That(NativeFile.Truncate(_path, length), Is.Null);
        };
        Write(8, Blocks);
        Assert.That((_driver.Lent, _driver.Faults), Is.EqualTo((1, 1)));
        AssertSense(SenseKey.MediumError, AdditionalSense.WriteError);
        Write(0, 8);
        Assert.That((_driver.Status, _driver.Lent), Is.EqualTo((ScsiStatus.Good, 1)), "It is not trusted any more.");
        Assert.That(_io.Length, Is.EqualTo(length), "It does not grow again.");
    }

    [TestCase(4096 + 512)]
    [TestCase(8192 + 1024)]
    public void What_was_cut_off_within_a_page_is_a_medium_error(int length)
    {
        _driver.AfterReceiving = () =>
        {
            _driver.AfterReceiving = null;
            Assert.That(NativeFile.Truncate(_path, length), Is.Null);
        };
        Write(8, Blocks);
        AssertSense(SenseKey.MediumError, AdditionalSense.WriteError);
    }

    [Test]
    public void What_was_cut_off_and_is_back_when_the_rest_is_written_loses_nothing()
    {
        // The receive finds a fault, and the file is as long as before when the handler writes the rest.
        _driver.BeforeReceiving = () => Assert.That(NativeFile.Truncate(_path, 8192), Is.Null);
        _driver.AfterReceiving = () => Assert.That(NativeFile.Truncate(_path, Size), Is.Null);
        Write(8, Blocks);
        Assert.That((_driver.Status, _driver.Faults), Is.EqualTo((ScsiStatus.Good, 1)));
        _bytes.AsSpan(20480).Clear();
        AssertMedium();
    }

    [Test]
    public void An_aborted_write_is_answered_when_it_has_stopped_and_is_not_executed()
    {
        _driver.Held = [];
        Submit(_write, Blocks, ends: false);
        _session.SubmitTaskManagement(TaskManagementFunction.AbortTask, Lun.Zero, _tag);
        Assert.That(_driver.Managed, Is.Empty);
        _driver.Held[0].DataOutReceived();
        Wait();
        Assert.That(_driver.WasSuppressed);
        Assert.That(_driver.Managed, Is.EqualTo(new[] { TaskManagementResponse.FunctionComplete }));
        AssertMedium();
    }

    [Test]
    public void Data_that_stops_half_way_leaves_the_rest_as_it_was()
    {
        _driver.Held = [];
        Submit(_write, Blocks, ends: false);
        Assert.That(NativeFile.Receive(_driver.Held[0].Segments[0].Address, _driver.Data[..1000]), Is.EqualTo(1000));
        _driver.Held[0].DataOutFailed(Sense.AbortedCommand(AdditionalSense.DataPhaseError));
        Wait();
        AssertSense(SenseKey.AbortedCommand, AdditionalSense.DataPhaseError);
        _driver.Data.AsSpan(0, 1000).CopyTo(_bytes.AsSpan(4096));
        AssertMedium();
    }

    [Test]
    public void Writes_that_are_received_in_place_cost_no_heap()
    {
        _driver.Receives = false;
        long least = long.MaxValue;
        for (int batch = 0; batch < 6 && least > 0; batch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 2000; i++)
                Start(_write, Blocks);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.That(_driver.Lent, Is.GreaterThan(2000));
        Assert.That(least, Is.Zero);
    }

    private async Task OpenAsync(DiskOptions options)
    {
        _directory = new TemporaryDirectory();
        _path = _directory["disk"];
        var file = new FileStoreOptions
        {
            Size = Size,
            SmallestZeroCopyWrite = 4096,
            ScheduleLook = static look => look.Execute(),
            Clock = static () => 1,
        };
        _io = new WatchedFileIo(FileOpener.Open(_path, file, out long length));
        _store = FileStore.Over(_io, length, file);
        _bytes = new byte[Size];
        new Random(1).NextBytes(_bytes);
        Assert.That(await _store.WriteAsync(0, _bytes, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        _engine = new ScsiEngine();
        _disk = new DiskHandler(_store, options);
        LogicalUnit unit = _engine.AddLogicalUnit("disk", _disk);
        _driver = new ReceivingDriver { Data = new byte[Size] };
        new Random(2).NextBytes(_driver.Data);
        var target = new TargetOptions { DefaultGroup = AccessControlGroup.Of(unit) };
        _session = _engine.AddTarget("target", _driver, target).OpenSession("initiator");
        Submit(Cdb.TestUnitReady, 0);
        ((ILendingStore)_store).Written(0, Size / 4);
    }

    private void AssertMedium()
    {
        byte[] medium = new byte[Size];
        for (int read = 0; read < Size;)
            read += _io.Read(read, medium.AsSpan(read));
        Assert.That(medium.AsSpan().SequenceEqual(_bytes));
    }

    private void AssertSense(SenseKey key, AdditionalSense additional)
    {
        Assert.That(_driver.Status, Is.EqualTo(ScsiStatus.CheckCondition));
        Assert.That((_driver.Sense!.Value.Key, _driver.Sense!.Value.Additional), Is.EqualTo((key, additional)));
    }

    /// <summary>Writes, and notes what the medium then has to have.</summary>
    private void Write(ulong lba, uint blocks)
    {
        _driver.Data.AsSpan(0, (int)blocks * 512).CopyTo(_bytes.AsSpan((int)lba * 512));
        Submit(Cdb.Write(10, lba, blocks), blocks);
    }

    private void Submit(byte[] cdb, uint blocks, bool ends = true)
    {
        Start(cdb, blocks);
        if (ends)
            Wait();
    }

    private void Wait() => Assert.That(_driver.Ended.Wait(TimeSpan.FromMinutes(2)), Is.True, "The command has not ended.");

    private void Start(byte[] cdb, uint blocks)
    {
        ScsiCommand command = _session.RentCommand();
        DataDirection direction = blocks == 0 ? DataDirection.None : DataDirection.FromInitiator;
        command.Initialize(++_tag, Lun.Zero, cdb, TaskAttribute.Simple, direction, blocks * 512);
        _session.Submit(command);
        _session.EndOfBurst();
    }
}
