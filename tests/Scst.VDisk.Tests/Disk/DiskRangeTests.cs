using System.Collections.Generic;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>What no command may reach (SBC-5, LOGICAL BLOCK ADDRESS field; block limits).</summary>
[TestFixture]
internal sealed class DiskRangeTests
{
    private static IEnumerable<byte[]> Beyond(int length, ulong lba, uint blocks)
    {
        yield return Cdb.Read(length, lba, blocks);
        yield return Cdb.Write(length, lba, blocks);
        yield return Cdb.WriteAndVerify(length, lba, blocks);
        yield return Cdb.Verify(length, lba, blocks);
        yield return Cdb.Verify(length, lba, blocks, 1);
        yield return Cdb.Verify(length, lba, blocks, 3);
        if (length != 12)
            yield return Cdb.SynchronizeCache(length, lba, blocks);
    }

    [TestCase(10, 100ul, 1u)]
    [TestCase(10, 99ul, 2u)]
    [TestCase(10, 0ul, 101u)]
    [TestCase(10, 100ul, 0u, Description = "the first block must be there even if none is moved")]
    [TestCase(10, 0x7FFFFFFFul, 0u)]
    [TestCase(10, 0xFFFFFFFFul, 0u)]
    [TestCase(10, 0xFFFFFFFFul, 1u)]
    [TestCase(12, 100ul, 0u)]
    [TestCase(12, 99ul, 2u)]
    [TestCase(12, 1ul, 0xFFFFFFFFu)]
    [TestCase(12, 0xFFFFFFFFul, 0xFFFFFFFFu)]
    [TestCase(16, 100ul, 0u)]
    [TestCase(16, 99ul, 2u)]
    [TestCase(16, 1ul << 32, 0u)]
    [TestCase(16, 1ul << 32, 1u, Description = "would be block 0 in 32 bits")]
    [TestCase(16, (1ul << 55) - 1, 2u, Description = "byte offset would be 2^64")]
    [TestCase(16, 1ul << 55, 1u, Description = "byte offset would wrap to 0")]
    [TestCase(16, 1ul << 63, 1u)]
    [TestCase(16, ulong.MaxValue, 0u)]
    [TestCase(16, ulong.MaxValue, 1u, Description = "end would wrap to 0")]
    [TestCase(16, ulong.MaxValue, 2u)]
    [TestCase(16, ulong.MaxValue - 0xFFFFFFFE, 0xFFFFFFFFu)]
    public async Task Beyond_the_last_block_nothing_is_touched(int length, ulong lba, uint blocks)
    {
        var store = new ScriptedStore(100 * 512);
        await using TestDisk disk = await TestDisk.CreateAsync(store);
        // SBC-5, error reporting: the first LBA that is invalid. Fixed format has room for 32 bits.
        ulong first = lba < 100 ? 100 : lba;
        foreach (byte[] cdb in Beyond(length, lba, blocks))
        {
            Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x21, 0x00, cdb);
            Assert.That(sense.Information, first <= uint.MaxValue ? Is.EqualTo(first) : Is.Null);
        }
        Assert.That(store.Calls, Is.Empty);
    }

    [Test]
    public async Task Six_byte_commands_end_at_the_last_block_too()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(300 * 512));
        await disk.GoodAsync(Cdb.Read(6, 299, 1), dataIn: new byte[512]);
        await disk.GoodAsync(Cdb.Read(6, 44, 0), dataIn: new byte[256 * 512]);
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x21, 0x00, Cdb.Read(6, 45, 0));
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x21, 0x00, Cdb.Read(6, 300, 1));
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x21, 0x00, Cdb.Write(6, 0x1FFFFF, 1));
    }

    [Test]
    public async Task Blocks_beyond_32_bits_are_reached()
    {
        const ulong blocks = (1ul << 33) + 1;
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore((long)blocks * 512));
        foreach (ulong lba in new[] { 0ul, (1ul << 32) - 1, 1ul << 32, (1ul << 33) - 1, 1ul << 33 })
        {
            byte[] data = new byte[512];
            System.Array.Fill(data, (byte)(lba % 251 + 1));
            await disk.GoodAsync(Cdb.Write(16, lba, 1), dataOut: data);
        }
        foreach (ulong lba in new[] { 0ul, (1ul << 32) - 1, 1ul << 32, (1ul << 33) - 1, 1ul << 33 })
            Assert.That(await disk.ReadAsync(lba, 1), Is.All.EqualTo((byte)(lba % 251 + 1)), $"block {lba}");
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x21, 0x00, Cdb.Read(16, blocks, 1));
        byte[] capacity = new byte[8];
        await disk.GoodAsync(Cdb.ReadCapacity10, dataIn: capacity);
        Assert.That(capacity, Is.EqualTo(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 2, 0 }));
    }

    [Test]
    public async Task A_transfer_longer_than_the_block_limits_page_says_is_refused()
    {
        var options = new DiskOptions { BlockLength = 4096, MaxTransferBytes = 128 << 10 };
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(64 << 20), options);
        byte[] page = new byte[64];
        await disk.GoodAsync(Cdb.InquiryPage(0xB0), dataIn: page);
        Assert.That(page[8..12], Is.EqualTo(new byte[] { 0, 0, 0, 32 }));
        foreach ((int length, int offset) in new[] { (10, 7), (12, 6), (16, 10) })
        {
            await disk.GoodAsync(Cdb.Read(length, 0, 32), dataIn: new byte[32 * 4096]);
            foreach (byte[] cdb in new[]
            {
                Cdb.Read(length, 0, 33), Cdb.Write(length, 0, 33), Cdb.WriteAndVerify(length, 0, 33), Cdb.Verify(length, 0, 33, 1),
            })
            {
                Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, cdb);
                Assert.That(sense.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, (ushort)offset, null)));
            }
            await disk.GoodAsync(Cdb.Verify(length, 0, 16384));
            await disk.GoodAsync(Cdb.Verify(length, 0, 16384, 3), dataOut: new byte[4096]);
        }
    }

    [Test]
    public async Task Protection_information_is_refused()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(64 << 10));
        foreach (int length in new[] { 10, 12, 16 })
        {
            foreach (byte[] cdb in new[]
            {
                Cdb.Read(length, 0, 1), Cdb.Write(length, 0, 1), Cdb.WriteAndVerify(length, 0, 1), Cdb.Verify(length, 0, 1),
            })
            {
                for (int protect = 1; protect < 8; protect++)
                {
                    cdb[1] = (byte)(protect << 5);
                    await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, cdb);
                }
            }
        }
    }

    [Test]
    public async Task A_group_number_is_accepted()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(64 << 10));
        foreach ((byte[] cdb, int offset) in new[]
        {
            (Cdb.Read(10, 0, 0), 6), (Cdb.Read(12, 0, 0), 10), (Cdb.Read(16, 0, 0), 14), (Cdb.Write(16, 0, 0), 14),
            (Cdb.SynchronizeCache(10), 6),
        })
        {
            cdb[offset] = 0x3F;
            await disk.GoodAsync(cdb);
        }
    }
}
