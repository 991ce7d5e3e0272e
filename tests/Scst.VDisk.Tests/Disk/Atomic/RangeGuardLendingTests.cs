using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>Pages of the file that are being received into, or sent from, while a command wants their blocks for itself.</summary>
[TestFixture]
[Platform("Linux")]
[NonParallelizable]
internal sealed class RangeGuardLendingTests
{
    private const int Size = 4 << 20;
    private const uint Lba = 8;
    private const uint Blocks = 32;

    private static readonly TimeSpan _watchdog = TimeSpan.FromMinutes(2);

    private TemporaryDirectory _directory = null!;
    private ScsiEngine _engine = null!;
    private FileStore _store = null!;
    private DiskHandler _disk = null!;
    private HoldingDriver _driver = null!;
    private Session _session = null!;
    private byte[] _bytes = null!;
    private ulong _tag;

    [SetUp]
    public async Task OpenAsync()
    {
        _directory = new TemporaryDirectory();
        _store = FileStore.Open(_directory["disk"], new FileStoreOptions
        {
            Size = Size,
            SmallestZeroCopyWrite = 4096,
            ScheduleLook = static look => look.Execute(),
            Clock = static () => 1,
        });
        _bytes = new byte[Size];
        new Random(1).NextBytes(_bytes);
        Assert.That(await _store.WriteAsync(0, _bytes, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        _engine = new ScsiEngine();
        _disk = new DiskHandler(_store);
        LogicalUnit unit = _engine.AddLogicalUnit("disk", _disk);
        _driver = new HoldingDriver();
        _session = _engine.AddTarget("target", _driver, new TargetOptions { DefaultGroup = AccessControlGroup.Of(unit) }).OpenSession("initiator");
        Start(Cdb.TestUnitReady, DataDirection.None, []);
        ((ILendingStore)_store).Written(0, Size / 4);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        _driver.HoldsNothing();
        await _session.CloseAsync(SessionEndReason.Logout);
        await _engine.DisposeAsync();
        await _disk.CloseAsync();
        _directory.Dispose();
        Assert.That(_engine.BufferPool.RentedBytes, Is.Zero);
    }

    [Test]
    public void What_is_being_received_in_place_is_waited_for()
    {
        ScsiCommand write = HoldWrite(out ulong writeTag, out byte[] data);
        ulong taken = CompareAndWrite(Lba + 3, _bytes);
        Assert.That(NativeFile.Receive(write.Segments[0].Address, data[..4096]), Is.EqualTo(4096));
        AssertGood(CompareAndWrite(Lba + Blocks, _bytes));
        Assert.That(_driver.Ended.ContainsKey(taken), Is.False);
        _driver.Receive(write);
        AssertGood(writeTag);
        Wait(taken);
        Assert.That(_driver.Ended[taken].Sense!.Value.Key, Is.EqualTo(SenseKey.Miscompare), "It finds what was written.");
    }

    [Test]
    public async Task While_blocks_are_wanted_alone_nothing_is_received_in_place_there()
    {
        ScsiCommand write = HoldWrite(out ulong writeTag, out _);
        ulong taken = CompareAndWrite(Lba, _bytes);
        int lent = _driver.Lent;
        byte[] later = Random(3, Blocks);
        ulong second = Start(Cdb.Write(10, Lba, Blocks), DataDirection.FromInitiator, later);
        Assert.That(_driver.Lent, Is.EqualTo(lent), "It goes to buffers, and waits.");
        ulong elsewhere = Start(Cdb.Write(10, Lba + Blocks, Blocks), DataDirection.FromInitiator, later);
        Assert.That(_driver.Lent, Is.EqualTo(lent + 1));
        AssertGood(elsewhere);
        Assert.That(_driver.Ended.ContainsKey(second), Is.False);
        _driver.Receive(write);
        Wait(taken);
        AssertGood(writeTag);
        AssertGood(second);
        byte[] medium = new byte[later.Length];
        Assert.That(await _store.ReadAsync(Lba * 512, medium), Is.EqualTo(StoreStatus.Ok));
        Assert.That(medium.AsSpan().SequenceEqual(later));
    }

    [Test]
    public void A_write_that_was_aborted_while_it_was_received_lets_go_when_it_has_stopped()
    {
        ScsiCommand write = HoldWrite(out ulong tag, out _);
        ulong taken = CompareAndWrite(Lba + 3, _bytes);
        _session.SubmitTaskManagement(TaskManagementFunction.AbortTask, Lun.Zero, tag);
        Assert.That(_driver.Ended.ContainsKey(taken), Is.False);
        write.DataOutReceived();
        AssertGood(taken);
    }

    [Test]
    public void A_write_whose_data_does_not_come_lets_go()
    {
        ScsiCommand write = HoldWrite(out _, out _);
        ulong taken = CompareAndWrite(Lba + 3, _bytes);
        write.DataOutFailed(Sense.AbortedCommand(AdditionalSense.DataPhaseError));
        AssertGood(taken);
    }

    [Test]
    public void What_is_being_sent_from_the_file_is_waited_for([Values] bool faults)
    {
        // The first read has the pages looked at.
        AssertGood(Start(Cdb.Read(10, Lba, Blocks), DataDirection.ToInitiator, [], Blocks));
        _driver.HoldsResponses = true;
        int lent = _driver.Lent;
        ulong read = Start(Cdb.Read(10, Lba, Blocks), DataDirection.ToInitiator, [], Blocks);
        Assert.That(_driver.Lent, Is.EqualTo(lent + 1));
        _driver.HoldsResponses = false;
        ulong taken = CompareAndWrite(Lba + 3, _bytes);
        AssertGood(CompareAndWrite(Lba + Blocks, _bytes));
        Assert.That(_driver.Ended.ContainsKey(taken), Is.False);
        if (faults)
            _driver.Responses[0].DataInFaulted();
        else
            _driver.Send(_driver.Responses[0]);
        AssertGood(read);
        AssertGood(taken);
    }

    [TestCase(TaskManagementFunction.AbortTask)]
    [TestCase(TaskManagementFunction.LogicalUnitReset)]
    public void A_read_that_waits_for_its_blocks_and_would_be_lent_them_ends_when_it_is_aborted(TaskManagementFunction function)
    {
        AssertGood(Start(Cdb.Read(10, Lba, Blocks), DataDirection.ToInitiator, [], Blocks));
        ScsiCommand write = HoldWrite(out ulong writeTag, out _);
        ulong taken = CompareAndWrite(Lba + 3, _bytes);
        ulong read = Start(Cdb.Read(10, Lba + 3, 1), DataDirection.ToInitiator, [], 1);
        Assert.That(_driver.Ended.ContainsKey(read), Is.False);
        _session.SubmitTaskManagement(function, Lun.Zero, read);
        Wait(read);
        write.DataOutReceived();
        Wait(writeTag);
        Wait(taken);
    }

    [Test]
    public void What_goes_wrong_after_the_wait_costs_that_command_only()
    {
        AssertGood(Start(Cdb.Read(10, Lba, Blocks), DataDirection.ToInitiator, [], Blocks));
        ScsiCommand write = HoldWrite(out ulong writeTag, out _);
        ulong taken = CompareAndWrite(Lba + 3, _bytes);
        ulong read = Start(Cdb.Read(10, Lba, Blocks), DataDirection.ToInitiator, [], Blocks);
        _driver.Throws = true;
        _driver.Receive(write);
        Wait(read);
        _driver.Throws = false;
        Assert.That(_driver.Ended[read].Sense, Is.EqualTo(Sense.HardwareError(AdditionalSense.InternalTargetFailure)));
        Wait(writeTag);
        Wait(taken);
        AssertGood(Start(Cdb.Read(10, Lba, Blocks), DataDirection.ToInitiator, [], Blocks));
    }

    /// <summary>A WRITE that is to be received in place, and is not yet.</summary>
    private ScsiCommand HoldWrite(out ulong tag, out byte[] data)
    {
        _driver.HoldsDataOut = true;
        int lent = _driver.Lent;
        data = Random(2, Blocks);
        tag = Start(Cdb.Write(10, Lba, Blocks), DataDirection.FromInitiator, data);
        Assert.That(_driver.Lent, Is.EqualTo(lent + 1));
        _driver.HoldsDataOut = false;
        return _driver.DataOut[^1];
    }

    private ulong CompareAndWrite(uint lba, byte[] expected)
    {
        byte[] data = Random((int)lba, 2);
        expected.AsSpan((int)lba * 512, 512).CopyTo(data);
        return Start(AtomicCdb.CompareAndWrite(lba, 1), DataDirection.FromInitiator, data);
    }

    private static byte[] Random(int seed, uint blocks)
    {
        byte[] data = new byte[blocks * 512];
        new Random(seed).NextBytes(data);
        return data;
    }

    private void AssertGood(ulong tag)
    {
        Wait(tag);
        Assert.That(_driver.Ended[tag].Status, Is.EqualTo(ScsiStatus.Good));
    }

    private void Wait(ulong tag) => Assert.That(_driver.WaitFor(tag, _watchdog), "The command has not ended.");

    private ulong Start(byte[] cdb, DataDirection direction, byte[] dataOut, uint blocksIn = 0)
    {
        ScsiCommand command = _session.RentCommand();
        _driver.Data[++_tag] = dataOut;
        uint length = direction == DataDirection.ToInitiator ? blocksIn * 512 : (uint)dataOut.Length;
        command.Initialize(_tag, Lun.Zero, cdb, TaskAttribute.Simple, direction, length);
        _session.Submit(command);
        _session.EndOfBurst();
        return _tag;
    }
}
