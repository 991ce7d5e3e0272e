using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>What a thin disk says of itself, byte by byte as SBC-5 draws it, and that a thick one says what it always said.</summary>
[TestFixture]
internal sealed class ProvisioningPagesTests
{
    internal static async Task<BlockLimits> LimitsAsync(TestDisk disk)
    {
        byte[] page = new byte[BlockLimits.Length];
        await disk.GoodAsync(Cdb.InquiryPage(0xB0), dataIn: page);
        Assert.That(BlockLimits.TryParse(page, out BlockLimits? limits), Is.True);
        return limits!;
    }

    [Test]
    public async Task A_thin_disk_is_managed_and_reads_zeros([Values] bool isThin)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20), new DiskOptions { Thin = isThin });
        byte[] capacity = new byte[32];
        await disk.GoodAsync(Cdb.ReadCapacity16(32), dataIn: capacity);
        Assert.That(capacity[14], Is.EqualTo(isThin ? 0xC0 : 0x00), "LBPME and LBPRZ");
        byte[] page = new byte[8];
        await disk.GoodAsync(Cdb.InquiryPage(0xB2), dataIn: page);
        // LBPU, LBPWS, LBPWS10, LBPRZ 001b, no anchor; PROVISIONING TYPE 010b.
        byte[] thin = [0x00, 0xB2, 0x00, 0x04, 0x00, 0xE4, 0x02, 0x00];
        byte[] thick = [0x00, 0xB2, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00];
        Assert.That(page, Is.EqualTo(isThin ? thin : thick));
    }

    [Test]
    public async Task The_limits_of_a_thin_disk_count_in_blocks([Values(512, 4096)] int blockLength)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(
            new RamStore(1 << 20), new DiskOptions { BlockLength = blockLength, Thin = true });
        byte[] page = new byte[64];
        await disk.GoodAsync(Cdb.InquiryPage(0xB0), dataIn: page);
        Assert.That(page[4], Is.EqualTo(1), "WSNZ");
        Assert.That(page[20..24], Is.EqualTo(new byte[] { 0x00, 0x10, 0x00, 0x00 }), "MAXIMUM UNMAP LBA COUNT: 1,048,576");
        Assert.That(page[24..28], Is.EqualTo(new byte[] { 0, 0, 1, 0 }), "MAXIMUM UNMAP BLOCK DESCRIPTOR COUNT");
        Assert.That(page[28..32], Is.EqualTo(new byte[] { 0, 0, 0, (byte)(65536 / blockLength) }), "OPTIMAL UNMAP GRANULARITY");
        Assert.That(page[32..36], Is.EqualTo(new byte[] { 0x80, 0, 0, 0 }), "UGAVALID, UNMAP GRANULARITY ALIGNMENT");
        Assert.That(page[36..44], Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0xFF, 0xFF }), "MAXIMUM WRITE SAME LENGTH");
    }

    [Test]
    public async Task A_thick_disk_has_no_limits_of_unmap()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20));
        BlockLimits limits = await LimitsAsync(disk);
        Assert.That(limits.MaximumUnmapLbaCount, Is.Zero);
        Assert.That(limits.MaximumUnmapBlockDescriptorCount, Is.Zero);
        Assert.That(limits.OptimalUnmapGranularity, Is.Zero);
        Assert.That(limits.UnmapGranularityAlignment, Is.Null);
        Assert.That(limits.MaximumWriteSameLength, Is.EqualTo(65535));
    }

    [Test]
    public void A_store_that_gives_no_room_back_holds_no_thin_disk_but_a_read_only_one()
    {
        var store = new LimitedStore(1 << 20);
        Assert.That(() => new DiskHandler(store, new DiskOptions { Thin = true }), Throws.ArgumentException);
        Assert.That(() => new DiskHandler(store, new DiskOptions { Thin = true, ReadOnly = true }), Throws.Nothing);
    }

    [TestCase("UNMAP", CommandFlags.AccessesMedium | CommandFlags.WritesMedium, ReservationAccess.None)]
    [TestCase("WRITE SAME", CommandFlags.AccessesMedium | CommandFlags.WritesMedium, ReservationAccess.None)]
    [TestCase("GET LBA STATUS", CommandFlags.AccessesMedium, ReservationAccess.AllowedUnderWriteExclusive)]
    public void What_the_core_must_know_is_there(string family, CommandFlags flags, ReservationAccess access)
    {
        int found = 0;
        foreach (CommandDescriptor command in DiskCommands.Descriptors(isThin: true))
        {
            if (command.Name.Split('(')[0] != family)
                continue;
            found++;
            Assert.That(command.Flags, Is.EqualTo(flags), command.Name);
            Assert.That(command.Access, Is.EqualTo(access), command.Name);
        }
        Assert.That(found, Is.EqualTo(family switch { "UNMAP" => 1, "WRITE SAME" => 3, _ => 2 }));
    }
}
