using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>READs that are answered with the file's own pages, through the whole middle level and real system calls.</summary>
[TestFixture]
[Platform("Linux")]
[NonParallelizable]
internal sealed class DiskLendingTests
{
    private const int Size = 4 << 20;

    private static readonly byte[] _read = Cdb.Read(10, 8, 8);

    private TemporaryDirectory _directory = null!;
    private string _path = null!;
    private ScsiEngine _engine = null!;
    private FileStore _store = null!;
    private DiskHandler _disk = null!;
    private SendingDriver _driver = null!;
    private Session _session = null!;
    private byte[] _bytes = null!;
    private ulong _tag;

    [SetUp]
    public async Task OpenAsync()
    {
        _directory = new TemporaryDirectory();
        _path = _directory["disk"];
        _store = FileStore.Open(_path, new FileStoreOptions { Size = Size, ScheduleLook = static look => look.Execute() });
        _bytes = new byte[Size];
        new Random(1).NextBytes(_bytes);
        Assert.That(await _store.WriteAsync(0, _bytes, StoreWriteOptions.None), Is.EqualTo(StoreStatus.Ok));
        _engine = new ScsiEngine();
        _disk = new DiskHandler(_store);
        LogicalUnit unit = _engine.AddLogicalUnit("disk", _disk);
        _driver = new SendingDriver();
        _session = _engine.AddTarget("target", _driver, new TargetOptions { DefaultGroup = AccessControlGroup.Of(unit) }).OpenSession("initiator");
        Run(Cdb.TestUnitReady, DataDirection.None, 0);
        // The first read has the pages looked at.
        Read(0, 64);
    }

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
    public void A_read_of_what_is_in_memory_is_lent()
    {
        Assert.That(IsLent(3, 16), Is.True);
        Assert.That(_driver.Data, Is.EqualTo(_bytes[(3 * 512)..(19 * 512)]));
        Assert.That(_driver.Status, Is.EqualTo(ScsiStatus.Good));
    }

    [Test]
    public void A_short_read_is_copied()
    {
        Assert.That(IsLent(3, 7), Is.False);
        Assert.That(_driver.Data, Is.EqualTo(_bytes[(3 * 512)..(10 * 512)]));
    }

    [Test]
    public void A_read_for_a_driver_that_looks_at_the_bytes_is_copied()
    {
        _driver.Accepts = false;
        Assert.That(IsLent(0, 8), Is.False);
        Assert.That(_driver.Data, Is.EqualTo(_bytes[..4096]));
    }

    [Test]
    public void A_read_of_the_medium_itself_is_copied()
    {
        Run(Cdb.Read(10, 0, 8, Cdb.Fua), DataDirection.ToInitiator, 4096);
        Assert.That(_driver.Lent, Is.Zero);
        Assert.That(_driver.Data, Is.EqualTo(_bytes[..4096]));
        Assert.That(IsLent(0, 8), Is.True);
    }

    [Test]
    public void What_a_write_has_changed_is_what_is_read()
    {
        Run(Cdb.Write(10, 4, 8), DataDirection.FromInitiator, 4096);
        Assert.That(IsLent(4, 8), Is.True);
        Assert.That(_driver.Data, Is.All.EqualTo(0x5A));
    }

    [Test]
    public void What_was_cut_off_before_the_send_is_a_medium_error()
    {
        // Whole pages are cut off when the loan is made already, so only the system call can know.
        _driver.BeforeSending = () =>
        {
            _driver.BeforeSending = null;
            Assert.That(NativeFile.Truncate(_path, 4096), Is.Null);
        };
        Read(8, 16);
        Assert.That(_driver.Faults, Is.EqualTo(1));
        Assert.That(_driver.Status, Is.EqualTo(ScsiStatus.CheckCondition));
        Assert.That(_driver.Sense!.Value.Key, Is.EqualTo(SenseKey.MediumError));
        Read(0, 8);
        Assert.That(_driver.Data, Is.EqualTo(_bytes[..4096]), "Its neighbours are there.");
    }

    [Test]
    public void Reads_that_are_lent_cost_no_heap()
    {
        _driver.Sends = false;
        long least = long.MaxValue;
        for (int batch = 0; batch < 6 && least > 0; batch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 2000; i++)
                Submit(_read, DataDirection.ToInitiator, 4096);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.That(_driver.Lent, Is.GreaterThan(2000));
        Assert.That(least, Is.Zero);
    }

    private bool IsLent(ulong lba, uint blocks)
    {
        int before = _driver.Lent;
        Read(lba, blocks);
        return _driver.Lent > before;
    }

    private void Read(ulong lba, uint blocks) => Run(Cdb.Read(10, lba, blocks), DataDirection.ToInitiator, blocks * 512);

    private void Run(byte[] cdb, DataDirection direction, uint length)
    {
        Submit(cdb, direction, length);
        Assert.That(_driver.Ended.Wait(TimeSpan.FromMinutes(2)), Is.True, "The command has not ended.");
    }

    private void Submit(byte[] cdb, DataDirection direction, uint length)
    {
        ScsiCommand command = _session.RentCommand();
        command.Initialize(++_tag, Lun.Zero, cdb, TaskAttribute.Simple, direction, length);
        _session.Submit(command);
        _session.EndOfBurst();
    }
}
