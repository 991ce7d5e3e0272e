using System;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol;

/// <summary>The parameter data of UNMAP and GET LBA STATUS, as SBC-5 draws it.</summary>
public class ProvisioningDataTests
{
    private const string TwoRanges =
        "00 26 00 20 00 00 00 00 "
        + "01 02 03 04 05 06 07 08 11 22 33 44 00 00 00 00 "
        + "00 00 00 00 00 00 00 09 00 00 00 00 00 00 00 00";

    [Test]
    public void An_unmap_list_is_taken_apart()
    {
        var list = new UnmapParameterList(Hex(TwoRanges));
        Assert.That(list.DataLength, Is.EqualTo(0x26));
        Assert.That(list.DescriptorDataLength, Is.EqualTo(0x20));
        Assert.That(list.Count, Is.EqualTo(2));
        Assert.That(list[0], Is.EqualTo(new UnmapBlockDescriptor(0x0102030405060708, 0x11223344)));
        Assert.That(list[1], Is.EqualTo(new UnmapBlockDescriptor(9, 0)));
        Assert.That(UnmapParameterList.OffsetOf(1), Is.EqualTo(24));
    }

    [TestCase("00 26 00 1F 00 00 00 00", 40, 1)]
    [TestCase("00 25 00 20 00 00 00 00", 40, 1)]
    [TestCase("00 26 00 20 00 00 00 00", 39, 1)]
    [TestCase("00 26 00 00 00 00 00 00", 40, 0)]
    [TestCase("00 00 00 20 00 00 00 00", 40, 0)]
    [TestCase("FF FF FF FF 00 00 00 00", 40, 2)]
    [TestCase("FF FF FF FF 00 00 00 00", 8, 0)]
    public void What_a_length_cuts_off_does_not_count(string header, int length, int expected)
    {
        byte[] bytes = Hex(TwoRanges);
        Hex(header).CopyTo(bytes, 0);
        Assert.That(new UnmapParameterList(bytes.AsSpan(0, length)).Count, Is.EqualTo(expected));
    }

    [Test]
    public void A_range_that_is_not_there_is_misuse()
    {
        Assert.That(() => new UnmapParameterList(new byte[7]).Count, Throws.ArgumentException);
        Assert.That(() => new UnmapParameterList(Hex(TwoRanges))[2], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new UnmapParameterList(Hex(TwoRanges))[-1], Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Lba_status_data_is_written_as_the_standard_lays_it_out()
    {
        byte[] data = new byte[LbaStatusData.LengthOf(2)];
        Array.Fill(data, (byte)0xA5);
        LbaStatusData.WriteHeader(data, 2, LbaStatusCompletion.Capacity);
        LbaStatusData.WriteDescriptor(data, 0, new LbaStatusDescriptor(0x0102030405060708, 0x11223344, ProvisioningStatus.Deallocated));
        LbaStatusData.WriteDescriptor(data, 1, new LbaStatusDescriptor(9, 1, ProvisioningStatus.Unknown));
        Assert.That(data, Is.EqualTo(Hex(
            "00 00 00 24 00 00 00 06 "
            + "01 02 03 04 05 06 07 08 11 22 33 44 01 00 00 00 "
            + "00 00 00 00 00 00 00 09 00 00 00 01 04 00 00 00")));
    }

    [Test]
    public void What_was_written_is_read_and_nothing_beyond_the_lengths()
    {
        byte[] data = new byte[LbaStatusData.LengthOf(3)];
        LbaStatusData.WriteHeader(data, 2, LbaStatusCompletion.AllocationLength);
        var descriptor = new LbaStatusDescriptor(7, 8, ProvisioningStatus.Anchored);
        LbaStatusData.WriteDescriptor(data, 1, descriptor);
        Assert.That(LbaStatusData.ReadCompletion(data), Is.EqualTo(LbaStatusCompletion.AllocationLength));
        Assert.That(LbaStatusData.TryReadDescriptor(data, 1, out LbaStatusDescriptor read));
        Assert.That(read, Is.EqualTo(descriptor));
        Assert.That(LbaStatusData.TryReadDescriptor(data, 2, out _), Is.False, "PARAMETER DATA LENGTH does not count it");
        Assert.That(LbaStatusData.TryReadDescriptor(data, -1, out _), Is.False);
        Assert.That(LbaStatusData.TryReadDescriptor(data.AsSpan(0, 39), 1, out _), Is.False);
        Assert.That(LbaStatusData.TryReadDescriptor(data.AsSpan(0, 7), 0, out _), Is.False);
        Assert.That(() => LbaStatusData.WriteDescriptor(new byte[39], 1, descriptor), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
