using NUnit.Framework;

namespace Scst.VDisk.Tests;

/// <summary>From what ioctl(2) answers to the bytes that SBC-5 is told in blocks.</summary>
[TestFixture]
internal sealed class DeviceLimitsTests
{
    [Test]
    public void A_device_that_tells_nothing_has_no_limits() =>
        Assert.That(DeviceLimits.Of(new FakeDevice()), Is.EqualTo(default(MediumLimits)));

    [Test]
    public void A_disk_of_4096_byte_sectors_that_emulates_512()
    {
        var device = new FakeDevice
        {
            [DeviceQuery.LogicalBlockSize] = 512,
            [DeviceQuery.PhysicalBlockSize] = 4096,
            [DeviceQuery.AlignmentOffset] = 0,
            [DeviceQuery.MaxSectors] = 2560,
            [DeviceQuery.OptimalTransferSize] = 0,
            [DeviceQuery.Rotational] = 1,
        };
        Assert.That(DeviceLimits.Of(device), Is.EqualTo(new MediumLimits { PhysicalBlockSize = 4096, MaxTransferSize = 1310720 }));
    }

    [Test]
    public void A_solid_state_array_whose_partition_begins_within_a_stripe()
    {
        var device = new FakeDevice
        {
            [DeviceQuery.LogicalBlockSize] = 512,
            [DeviceQuery.PhysicalBlockSize] = 65536,
            [DeviceQuery.AlignmentOffset] = 3584,
            [DeviceQuery.MaxSectors] = 65535,
            [DeviceQuery.OptimalTransferSize] = 1 << 20,
            [DeviceQuery.Rotational] = 0,
        };
        Assert.That(DeviceLimits.Of(device), Is.EqualTo(new MediumLimits
        {
            PhysicalBlockSize = 65536,
            AlignmentOffset = 3584,
            MaxTransferSize = 33553920,
            OptimalTransferSize = 1048576,
            MediumRotationRate = 1,
        }));
    }

    [TestCase(-1, TestName = "that begin nowhere, as a stack of devices says")]
    [TestCase(4096, TestName = "that begin behind the first")]
    public void Physical_blocks(int offset)
    {
        var device = new FakeDevice
        {
            [DeviceQuery.LogicalBlockSize] = 512,
            [DeviceQuery.PhysicalBlockSize] = 4096,
            [DeviceQuery.AlignmentOffset] = offset,
        };
        Assert.That(DeviceLimits.Of(device), Is.EqualTo(new MediumLimits { PhysicalBlockSize = 512 }));
    }

    [TestCase(0)]
    [TestCase(-512)]
    [TestCase(511)]
    [TestCase(520)]
    [TestCase(1L << 25)]
    public void A_block_size_that_makes_no_sense_is_not_known(long size)
    {
        var device = new FakeDevice { [DeviceQuery.LogicalBlockSize] = size, [DeviceQuery.PhysicalBlockSize] = size };
        Assert.That(DeviceLimits.Of(device).PhysicalBlockSize, Is.Zero);
        Assert.That(DeviceLimits.LogicalBlock(device), Is.Zero);
    }

    [Test]
    public void A_physical_block_is_not_smaller_than_a_logical_one()
    {
        var device = new FakeDevice { [DeviceQuery.LogicalBlockSize] = 4096, [DeviceQuery.PhysicalBlockSize] = 512 };
        Assert.That(DeviceLimits.Of(device).PhysicalBlockSize, Is.EqualTo(4096));
    }

    [TestCase(-1)]
    [TestCase(0x1_0000_0000L)]
    public void An_optimal_transfer_that_makes_no_sense_is_none(long size) =>
        Assert.That(DeviceLimits.Of(new FakeDevice { [DeviceQuery.OptimalTransferSize] = size }).OptimalTransferSize, Is.Zero);
}
