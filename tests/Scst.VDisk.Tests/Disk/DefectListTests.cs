using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>READ DEFECT DATA(10) and (12) (SBC-5): both lists are there, and empty.</summary>
[TestFixture]
internal sealed class DefectListTests
{
    private TestDisk _disk = null!;

    [SetUp]
    public async Task CreateAsync() => _disk = await TestDisk.CreateAsync(new RamStore(1 << 20));

    [TearDown]
    public async Task DisposeAsync() => await _disk.DisposeAsync();

    // REQ_PLIST 10h, REQ_GLIST 08h, DEFECT LIST FORMAT in bits 2 to 0.
    private static byte[] Ten(byte options, ushort allocation) =>
        [0x37, 0, options, 0, 0, 0, 0, (byte)(allocation >> 8), (byte)allocation, 0];

    private static byte[] Twelve(byte options, byte allocation, byte index = 0) =>
        [0xB7, options, 0, 0, 0, index, 0, 0, 0, allocation, 0, 0];

    [Test]
    public async Task The_lists_asked_for_are_valid_and_empty_in_every_format(
        [Values(0x00, 0x08, 0x10, 0x18)] int lists, [Values(0, 1, 2, 3, 4, 5)] int format)
    {
        byte options = (byte)(lists | format);
        byte[] ten = new byte[4];
        await _disk.GoodAsync(Ten(options, 4), dataIn: ten);
        Assert.That(ten, Is.EqualTo(new byte[] { 0, options, 0, 0 }));
        byte[] twelve = new byte[8];
        await _disk.GoodAsync(Twelve(options, 8, index: 7), dataIn: twelve);
        Assert.That(twelve, Is.EqualTo(new byte[] { 0, options, 0, 0, 0, 0, 0, 0 }));
    }

    [Test]
    public async Task The_header_is_cut_to_the_allocation_length_and_no_longer_than_it_is()
    {
        foreach ((byte[] cdb, int length) in new[]
        {
            (Ten(0x18, 0), 0), (Ten(0x18, 3), 3), (Ten(0x18, 0xFFFF), 4), (Twelve(0x18, 0), 0), (Twelve(0x18, 5), 5), (Twelve(0x18, 0xFF), 8),
        })
        {
            LoopbackResult result = await _disk.ExecuteAsync(cdb, dataIn: new byte[255]);
            Assert.That((result.Status, result.DataInLength), Is.EqualTo((ScsiStatus.Good, length)));
        }
    }

    [Test]
    public async Task A_format_that_is_reserved_or_of_a_vendor_is_refused([Values(6, 7)] int format)
    {
        Sense ten = await _disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, Ten((byte)format, 4), dataIn: new byte[4]);
        Assert.That(ten.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, 2, 2)));
        Sense twelve = await _disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, Twelve((byte)format, 8), dataIn: new byte[8]);
        Assert.That(twelve.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, 1, 2)));
    }

    [Test]
    public async Task A_disk_that_is_stopped_is_not_ready()
    {
        await _disk.GoodAsync(Cdb.StartStop(start: false, noFlush: true));
        await _disk.FailsAsync(SenseKey.NotReady, 0x04, 0x02, Ten(0x18, 4), dataIn: new byte[4]);
    }

    [Test]
    public async Task Without_protection_information_nothing_is_read_or_verified_by_32_bytes([Values(0x09, 0x0A, 0x0B, 0x0C)] int serviceAction)
    {
        // SBC-5: READ(32), VERIFY(32), WRITE(32) and WRITE AND VERIFY(32) are for type 2 protection. Others share their operation code.
        byte[] cdb = new byte[32];
        cdb[0] = 0x7F;
        cdb[7] = 0x18;
        cdb[9] = (byte)serviceAction;
        cdb[31] = 1;
        Sense sense = await _disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, cdb);
        Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, 8, null)));
    }
}
