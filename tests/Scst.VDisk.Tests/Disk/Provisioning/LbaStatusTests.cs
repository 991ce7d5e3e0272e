using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>GET LBA STATUS (SBC-5) of 16 and 32 bytes.</summary>
[TestFixture]
internal sealed class LbaStatusTests
{
    private const int Block = 512;

    private static readonly DiskOptions _thin = new() { Thin = true };

    internal static async Task<List<LbaStatusDescriptor>> StatusAsync(TestDisk disk, ulong lba, int length = 16, uint scanLength = 0)
    {
        byte[] data = new byte[8 + 16 * 300];
        LoopbackResult result = await disk.ExecuteAsync(Cdb.GetLbaStatus(length, lba, (uint)data.Length, scanLength), dataIn: data);
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.Good));
        List<LbaStatusDescriptor> descriptors = [];
        for (int i = 0; LbaStatusData.TryReadDescriptor(data.AsSpan(0, result.DataInLength), i, out LbaStatusDescriptor descriptor); i++)
            descriptors.Add(descriptor);
        return descriptors;
    }

    [Test]
    public async Task The_data_has_the_bytes_that_the_standard_draws([Values(16, 32)] int length)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20), _thin);
        await disk.GoodAsync(Cdb.Write(10, 300, 1), dataOut: new byte[Block]);
        byte[] data = new byte[8 + 3 * 16];
        await disk.GoodAsync(Cdb.GetLbaStatus(length, 5, (uint)data.Length), dataIn: data);
        // Chunks of 128 blocks: 5 to 255 deallocated, 256 to 383 mapped, 384 to 2047 deallocated.
        Assert.That(data, Is.EqualTo(new byte[]
        {
            0, 0, 0, 52, 0, 0, 0, 3 << 1,
            0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 251, 1, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 128, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 1, 0x80, 0, 0, 6, 0x80, 1, 0, 0, 0,
        }));
    }

    [Test]
    public async Task What_has_no_room_in_the_allocation_length_is_left_out()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20), _thin);
        await disk.GoodAsync(Cdb.Write(10, 300, 1), dataOut: new byte[Block]);
        byte[] two = new byte[8 + 2 * 16 + 15];
        LoopbackResult result = await disk.ExecuteAsync(Cdb.GetLbaStatus(16, 0, (uint)two.Length), dataIn: two);
        Assert.That((result.Status, result.DataInLength), Is.EqualTo((ScsiStatus.Good, 40)));
        Assert.That(two[..8], Is.EqualTo(new byte[] { 0, 0, 0, 36, 0, 0, 0, 1 << 1 }));
        // One descriptor is available always, also where there is no room for it.
        byte[] few = new byte[12];
        await disk.GoodAsync(Cdb.GetLbaStatus(16, 0, 12), dataIn: few);
        Assert.That(few, Is.EqualTo(new byte[] { 0, 0, 0, 20, 0, 0, 0, 1 << 1, 0, 0, 0, 0 }));
        await disk.GoodAsync(Cdb.GetLbaStatus(16, 0, 0));
    }

    [Test]
    public async Task The_scan_length_ends_the_scan()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(1 << 20), _thin);
        byte[] data = new byte[24];
        await disk.GoodAsync(Cdb.GetLbaStatus(32, 10, 24, scanLength: 7), dataIn: data);
        Assert.That(data[7], Is.EqualTo(2 << 1));
        Assert.That(data[8..], Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 7, 1, 0, 0, 0 }));
        await disk.GoodAsync(Cdb.GetLbaStatus(32, 2040, 24, scanLength: 8), dataIn: data);
        Assert.That(data[7], Is.EqualTo(3 << 1), "the capacity is met as well");
        await disk.GoodAsync(Cdb.GetLbaStatus(32, 2040, 24, scanLength: uint.MaxValue), dataIn: data);
        Assert.That(data[19], Is.EqualTo(8));
    }

    [Test]
    public async Task Beyond_the_last_block_there_is_nothing([Values(16, 32)] int length, [Values(100ul, 101ul, ulong.MaxValue)] ulong lba)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(100 * Block), _thin);
        Sense sense = await disk.FailsAsync(SenseKey.IllegalRequest, 0x21, 0x00, Cdb.GetLbaStatus(length, lba, 24), dataIn: new byte[24]);
        Assert.That(sense.Information, lba <= uint.MaxValue ? Is.EqualTo(lba) : Is.Null);
    }

    [TestCase(16, 14)]
    [TestCase(32, 10)]
    [TestCase(32, 24, Description = "ELEMENT IDENTIFIER")]
    public async Task A_report_type_or_an_element_is_refused(int length, int offset)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore(100 * Block), _thin);
        byte[] cdb = Cdb.GetLbaStatus(length, 0, 24);
        cdb[offset] = 2;
        await disk.FailsAsync(SenseKey.IllegalRequest, 0x24, 0x00, cdb, dataIn: new byte[24]);
    }

    // Room by bytes of the store; a block with room for a part of it is mapped.
    [Test]
    public async Task A_block_is_deallocated_only_as_a_whole()
    {
        var store = new ScriptedStore(8 * 4096);
        store.Mapping = (offset, length) => offset switch
        {
            < 4096 + 512 => new(StoreStatus.Ok, false, 4096 + 512 - offset),
            < 8192 + 1024 => new(StoreStatus.Ok, true, 8192 + 1024 - offset),
            < 20480 => new(StoreStatus.Ok, false, 20480 - offset),
            _ => new(StoreStatus.Ok, true, 512),
        };
        await using TestDisk disk = await TestDisk.CreateAsync(store, new DiskOptions { BlockLength = 4096, Thin = true });
        Assert.That(await StatusAsync(disk, 0), Is.EqualTo(new LbaStatusDescriptor[]
        {
            new(0, 1, ProvisioningStatus.Deallocated),
            new(1, 2, ProvisioningStatus.MappedOrUnknown),
            new(3, 2, ProvisioningStatus.Deallocated),
            new(5, 3, ProvisioningStatus.MappedOrUnknown),
        }));
    }

    [Test]
    public async Task Of_many_ranges_as_many_are_told_as_one_answer_holds()
    {
        var store = new ScriptedStore(1000 * Block) { Mapping = static (offset, _) => new(StoreStatus.Ok, offset / Block % 2 == 0, Block) };
        await using TestDisk disk = await TestDisk.CreateAsync(store, _thin);
        List<LbaStatusDescriptor> descriptors = await StatusAsync(disk, 3);
        Assert.That(descriptors, Has.Count.EqualTo(256));
        for (int i = 0; i < descriptors.Count; i++)
        {
            ulong lba = 3 + (ulong)i;
            ProvisioningStatus status = lba % 2 == 0 ? ProvisioningStatus.MappedOrUnknown : ProvisioningStatus.Deallocated;
            Assert.That(descriptors[i], Is.EqualTo(new LbaStatusDescriptor(lba, 1, status)));
        }
    }

    [Test]
    public async Task More_than_32_bits_of_blocks_take_two_descriptors()
    {
        const ulong blocks = (1ul << 33) + 5;
        await using TestDisk disk = await TestDisk.CreateAsync(new RamStore((long)blocks * Block), _thin);
        Assert.That(await StatusAsync(disk, 3), Is.EqualTo(new LbaStatusDescriptor[]
        {
            new(3, uint.MaxValue, ProvisioningStatus.Deallocated),
            new(2 + (1ul << 32), uint.MaxValue, ProvisioningStatus.Deallocated),
            new(1 + (1ul << 33), 4, ProvisioningStatus.Deallocated),
        }));
    }

    [Test]
    public async Task A_store_that_does_not_know_counts_as_mapped()
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new NullStore(100 * Block), _thin);
        Assert.That(await StatusAsync(disk, 1), Is.EqualTo(new LbaStatusDescriptor[] { new(1, 99, ProvisioningStatus.MappedOrUnknown) }));
    }

    [TestCase(StoreStatus.ReadError, SenseKey.MediumError, 0x11, 0x00)]
    [TestCase(StoreStatus.Gone, SenseKey.HardwareError, 0x3E, 0x01)]
    [TestCase(StoreStatus.InternalError, SenseKey.HardwareError, 0x44, 0x00)]
    public async Task A_store_that_cannot_tell_fails_the_command(StoreStatus status, SenseKey key, byte code, byte qualifier)
    {
        var store = new ScriptedStore(100 * Block) { Mapping = (_, _) => new(status, true, 0) };
        await using TestDisk disk = await TestDisk.CreateAsync(store, _thin);
        await disk.FailsAsync(key, code, qualifier, Cdb.GetLbaStatus(16, 0, 24), dataIn: new byte[24]);
    }

    [Test]
    public async Task A_store_that_throws_costs_the_one_command()
    {
        var store = new ScriptedStore(100 * Block) { Mapping = (_, _) => throw new InvalidTimeZoneException() };
        await using TestDisk disk = await TestDisk.CreateAsync(store, _thin);
        await disk.FailsAsync(SenseKey.HardwareError, 0x44, 0x00, Cdb.GetLbaStatus(16, 0, 24), dataIn: new byte[24]);
        await disk.GoodAsync(Cdb.Read(10, 0, 1), dataIn: new byte[Block]);
    }
}
