using System;
using System.Globalization;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol;

public class VpdPageTests
{
    private static readonly Peripheral _disk = new(PeripheralDeviceType.DirectAccessBlock);

    private static readonly VpdPageCode[] _codes =
        [VpdPageCode.SupportedPages, VpdPageCode.UnitSerialNumber, VpdPageCode.DeviceIdentification, VpdPageCode.BlockLimits];

    private static Gen<ExtendedInquiryData> ExtendedInquiry { get; } =
        from flags in Bool.ArrayOf(16)
        from microcode in Gen.Choose(0, 3)
        from types in Gen.Choose(0, 7)
        from download in Gen.Choose(0, 15)
        from minutes in U16
        from sense in U8
        select new ExtendedInquiryData
        {
            ActivateMicrocode = (byte)microcode,
            SupportedProtectionTypes = (byte)types,
            GuardCheck = flags[0],
            ApplicationTagCheck = flags[1],
            ReferenceTagCheck = flags[2],
            UnitAttentionSenseKeySpecific = flags[3],
            Grouping = flags[4],
            Priority = flags[5],
            HeadOfQueue = flags[6],
            Ordered = flags[7],
            Simple = flags[8],
            WriteUncorrectable = flags[9],
            CorrectionDisable = flags[10],
            NonVolatileCache = flags[11],
            VolatileCache = flags[12],
            LogicalUnitITNexusClear = flags[13],
            Referrals = flags[14],
            RevertToDefaults = flags[15],
            MultiITNexusMicrocodeDownload = (byte)download,
            ExtendedSelfTestCompletionMinutes = minutes,
            MaximumSenseDataLength = sense,
        };

    private static Gen<BlockLimits> Limits { get; } =
        from wsnz in Bool
        from compareAndWrite in U8
        from granularity in U16
        from numbers in U32.ArrayOf(11)
        from alignment in Optional(U32)
        from writeSame in U64
        select new BlockLimits
        {
            WriteSameNonZero = wsnz,
            MaximumCompareAndWriteLength = compareAndWrite,
            OptimalTransferLengthGranularity = granularity,
            MaximumTransferLength = numbers[0],
            OptimalTransferLength = numbers[1],
            MaximumPrefetchLength = numbers[2],
            MaximumUnmapLbaCount = numbers[3],
            MaximumUnmapBlockDescriptorCount = numbers[4],
            OptimalUnmapGranularity = numbers[5],
            UnmapGranularityAlignment = alignment & 0x7FFF_FFFF,
            MaximumWriteSameLength = writeSame,
            MaximumAtomicTransferLength = numbers[6],
            AtomicAlignment = numbers[7],
            AtomicTransferLengthGranularity = numbers[8],
            MaximumAtomicTransferLengthWithBoundary = numbers[9],
            MaximumAtomicBoundarySize = numbers[10],
        };

    private static Gen<BlockDeviceCharacteristics> Characteristics { get; } =
        from rate in U16
        from product in U8
        from small in Gen.Choose(0, 3).ArrayOf(3)
        from factor in Gen.Choose(0, 15)
        from flags in Bool.ArrayOf(2)
        select new BlockDeviceCharacteristics
        {
            MediumRotationRate = rate,
            ProductType = product,
            WriteAfterBlockEraseRequired = (byte)small[0],
            WriteAfterCryptographicEraseRequired = (byte)small[1],
            Zoned = (byte)small[2],
            NominalFormFactor = (byte)factor,
            FuaBehavior = flags[0],
            VerifyByteCheckUnmappedLbaSupported = flags[1],
        };

    private static Gen<LogicalBlockProvisioning> Provisioning { get; } =
        from octets in Bytes(2)
        from flags in Bool.ArrayOf(4)
        from reads in Gen.Choose(0, 7)
        from percentage in Gen.Choose(0, 31)
        from type in Gen.Choose(0, 7)
        select new LogicalBlockProvisioning
        {
            ThresholdExponent = octets[0],
            ThresholdPercentage = octets[1],
            Unmap = flags[0],
            WriteSame16 = flags[1],
            WriteSame10 = flags[2],
            Anchor = flags[3],
            UnmappedReadsZeros = (byte)reads,
            MinimumPercentage = (byte)percentage,
            ProvisioningType = (ProvisioningType)type,
        };

    [Test]
    public void Supported_pages_are_listed_in_order()
    {
        var page = Build(to => SupportedVpdPages.Write(to, _disk, _codes));
        Assert.That(page, Is.EqualTo(Hex("00 00 00 04 00 80 83 B0")));
        Assert.That(SupportedVpdPages.TryParse(page, out var read));
        Assert.That(read.ToArray(), Is.EqualTo(Hex("00 80 83 B0")));
        Assert.That(LeastLength(page, source => SupportedVpdPages.TryParse(source, out _)), Is.EqualTo(4));
        Assert.That(SupportedVpdPages.TryParse(page.AsSpan(0, 6), out read));
        Assert.That(read.ToArray(), Is.EqualTo(Hex("00 80")));
        RefusesShortBuffers(to => SupportedVpdPages.Write(to, _disk, _codes));
    }

    [Test]
    public void A_list_that_does_not_ascend_from_page_zero_is_a_misuse()
    {
        Assert.That(() => SupportedVpdPages.Write(new byte[8], _disk, []), Throws.ArgumentException);
        Assert.That(() => SupportedVpdPages.Write(new byte[8], _disk, [VpdPageCode.UnitSerialNumber]), Throws.ArgumentException);
        Assert.That(
            () => SupportedVpdPages.Write(
                new byte[8], _disk, [VpdPageCode.SupportedPages, VpdPageCode.BlockLimits, VpdPageCode.BlockLimits]),
            Throws.ArgumentException);
    }

    [Test]
    public void The_serial_number_is_written_as_it_is()
    {
        var page = Build(to => UnitSerialNumberPage.Write(to, new(PeripheralDeviceType.CdDvd), "SN-42"));
        Assert.That(page, Is.EqualTo(Hex("05 80 00 05 53 4E 2D 34 32")));
        Assert.That(LeastLength(page, source => UnitSerialNumberPage.TryParse(source, out _)), Is.EqualTo(4));
        RefusesShortBuffers(to => UnitSerialNumberPage.Write(to, _disk, "SN-42"));
        ForAll(Text(252), serial =>
            UnitSerialNumberPage.TryParse(Build(to => UnitSerialNumberPage.Write(to, _disk, serial)), out var read) && read == serial);
        Assert.That(() => UnitSerialNumberPage.Write(new byte[300], _disk, new string('1', 253)), Throws.ArgumentException);
        Assert.That(() => UnitSerialNumberPage.Write(new byte[300], _disk, "\n"), Throws.ArgumentException);
    }

    // SPC-6, Extended INQUIRY Data VPD page.
    [Test]
    public void Extended_inquiry_data_is_written_byte_for_byte_as_the_standard_lays_it_out()
    {
        var queue = new ExtendedInquiryData
        {
            HeadOfQueue = true,
            Ordered = true,
            Simple = true,
            VolatileCache = true,
            LogicalUnitITNexusClear = true,
            UnitAttentionSenseKeySpecific = true,
            MaximumSenseDataLength = 252,
        };
        Assert.That(Build(to => queue.WriteTo(to, _disk)),
            Is.EqualTo((byte[])[.. Hex("00 86 00 3C 00 27 01 01 00 00 00 00 00 FC"), .. new byte[50]]));

        var others = new ExtendedInquiryData
        {
            ActivateMicrocode = 2,
            SupportedProtectionTypes = 5,
            GuardCheck = true,
            ApplicationTagCheck = true,
            ReferenceTagCheck = true,
            Grouping = true,
            Priority = true,
            WriteUncorrectable = true,
            CorrectionDisable = true,
            NonVolatileCache = true,
            Referrals = true,
            RevertToDefaults = true,
            MultiITNexusMicrocodeDownload = 3,
            ExtendedSelfTestCompletionMinutes = 0x1234,
        };
        Assert.That(Build(to => others.WriteTo(to, _disk))[4..14], Is.EqualTo(Hex("AF 18 0E 00 18 03 12 34 00 00")));
    }

    // SBC-5, Block Limits VPD page.
    [Test]
    public void Block_limits_are_written_byte_for_byte_as_the_standard_lays_them_out()
    {
        var limits = new BlockLimits
        {
            WriteSameNonZero = true,
            MaximumCompareAndWriteLength = 0xFF,
            OptimalTransferLengthGranularity = 0x0102,
            MaximumTransferLength = 0x03040506,
            OptimalTransferLength = 0x0708090A,
            MaximumPrefetchLength = 0x0B0C0D0E,
            MaximumUnmapLbaCount = 0x0F101112,
            MaximumUnmapBlockDescriptorCount = 0x13141516,
            OptimalUnmapGranularity = 0x1718191A,
            UnmapGranularityAlignment = 0x1B1C1D1E,
            MaximumWriteSameLength = 0x1F20212223242526,
            MaximumAtomicTransferLength = 0x2728292A,
            AtomicAlignment = 0x2B2C2D2E,
            AtomicTransferLengthGranularity = 0x2F303132,
            MaximumAtomicTransferLengthWithBoundary = 0x33343536,
            MaximumAtomicBoundarySize = 0x3738393A,
        };
        Assert.That(Build(to => limits.WriteTo(to, _disk)), Is.EqualTo(Hex(
            "00 B0 00 3C 01 FF 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16 17 18 19 1A " +
            "9B 1C 1D 1E 1F 20 21 22 23 24 25 26 27 28 29 2A 2B 2C 2D 2E 2F 30 31 32 33 34 35 36 37 38 39 3A")));
        Assert.That(Build(to => new BlockLimits { UnmapGranularityAlignment = 0 }.WriteTo(to, _disk))[32], Is.EqualTo(0x80));
        Assert.That(Build(to => new BlockLimits().WriteTo(to, _disk))[4..], Is.All.Zero);
    }

    // SBC-5, Block Device Characteristics VPD page and Logical Block Provisioning VPD page.
    [Test]
    public void Characteristics_and_provisioning_are_written_byte_for_byte_as_the_standard_lays_them_out()
    {
        var characteristics = new BlockDeviceCharacteristics
        {
            MediumRotationRate = BlockDeviceCharacteristics.NonRotating,
            ProductType = 0x05,
            WriteAfterBlockEraseRequired = 2,
            WriteAfterCryptographicEraseRequired = 1,
            NominalFormFactor = 5,
            Zoned = 1,
            FuaBehavior = true,
            VerifyByteCheckUnmappedLbaSupported = true,
        };
        Assert.That(Build(to => characteristics.WriteTo(to, _disk)),
            Is.EqualTo((byte[])[.. Hex("00 B1 00 3C 00 01 05 95 13"), .. new byte[55]]));

        var thin = new LogicalBlockProvisioning
        {
            ThresholdExponent = 9,
            Unmap = true,
            WriteSame16 = true,
            UnmappedReadsZeros = 1,
            ProvisioningType = ProvisioningType.Thin,
        };
        Assert.That(Build(to => thin.WriteTo(to, _disk)), Is.EqualTo(Hex("00 B2 00 04 09 C4 02 00")));
        var rest = new LogicalBlockProvisioning
        {
            WriteSame10 = true,
            Anchor = true,
            MinimumPercentage = 31,
            ProvisioningType = ProvisioningType.Resource,
            ThresholdPercentage = 100,
        };
        Assert.That(Build(to => rest.WriteTo(to, _disk)), Is.EqualTo(Hex("00 B2 00 04 00 22 F9 64")));
    }

    [Test]
    public void What_is_written_is_what_is_read()
    {
        ForAll(ExtendedInquiry, data => ExtendedInquiryData.TryParse(Build(to => data.WriteTo(to, _disk)), out var read) && read == data);
        ForAll(Limits, data => BlockLimits.TryParse(Build(to => data.WriteTo(to, _disk)), out var read) && read == data);
        ForAll(Characteristics, data =>
            BlockDeviceCharacteristics.TryParse(Build(to => data.WriteTo(to, _disk)), out var read) && read == data);
        ForAll(Provisioning, data =>
            LogicalBlockProvisioning.TryParse(Build(to => data.WriteTo(to, _disk)), out var read) && read == data);
    }

    [Test]
    public void A_truncated_page_is_refused()
    {
        var extended = Build(to => new ExtendedInquiryData().WriteTo(to, _disk));
        Assert.That(LeastLength(extended, source => ExtendedInquiryData.TryParse(source, out _)), Is.EqualTo(64));
        var characteristics = Build(to => new BlockDeviceCharacteristics().WriteTo(to, _disk));
        Assert.That(LeastLength(characteristics, source => BlockDeviceCharacteristics.TryParse(source, out _)), Is.EqualTo(64));
        var provisioning = Build(to => new LogicalBlockProvisioning().WriteTo(to, _disk));
        Assert.That(LeastLength(provisioning, source => LogicalBlockProvisioning.TryParse(source, out _)), Is.EqualTo(8));
    }

    [Test]
    public void Block_limits_of_an_older_device_server_lack_what_came_later() => ForAll(Limits, limits =>
    {
        var page = Build(to => limits.WriteTo(to, _disk));
        Assert.That(LeastLength(page, source => BlockLimits.TryParse(source, out _)), Is.EqualTo(16));

        // SBC-2: PAGE LENGTH 000Ch, whatever stands in the buffer behind it.
        page[3] = 0x0C;
        Assert.That(BlockLimits.TryParse(page, out var old));
        Assert.That(old, Is.EqualTo(new BlockLimits
        {
            WriteSameNonZero = limits.WriteSameNonZero,
            MaximumCompareAndWriteLength = limits.MaximumCompareAndWriteLength,
            OptimalTransferLengthGranularity = limits.OptimalTransferLengthGranularity,
            MaximumTransferLength = limits.MaximumTransferLength,
            OptimalTransferLength = limits.OptimalTransferLength,
        }));
        return true;
    });

    [Test]
    public void A_short_buffer_is_refused()
    {
        RefusesShortBuffers(to => new ExtendedInquiryData().WriteTo(to, _disk));
        RefusesShortBuffers(to => new BlockLimits().WriteTo(to, _disk));
        RefusesShortBuffers(to => new BlockDeviceCharacteristics().WriteTo(to, _disk));
        RefusesShortBuffers(to => new LogicalBlockProvisioning().WriteTo(to, _disk));
    }

    [Test]
    public void A_page_with_another_code_is_refused()
    {
        for (var code = 0; code < 256; code++)
        {
            var page = new byte[64];
            page[1] = (byte)code;
            page[3] = 60;
            Assert.That(SupportedVpdPages.TryParse(page, out _), Is.EqualTo(code == 0x00));
            Assert.That(UnitSerialNumberPage.TryParse(page, out _), Is.EqualTo(code == 0x80));
            Assert.That(ExtendedInquiryData.TryParse(page, out _), Is.EqualTo(code == 0x86));
            Assert.That(BlockLimits.TryParse(page, out _), Is.EqualTo(code == 0xB0));
            Assert.That(BlockDeviceCharacteristics.TryParse(page, out _), Is.EqualTo(code == 0xB1));
            Assert.That(LogicalBlockProvisioning.TryParse(page, out _), Is.EqualTo(code == 0xB2));
        }
    }

    [Test]
    public void Random_bytes_never_throw()
    {
        NeverThrows(source => SupportedVpdPages.TryParse(source, out _), Hex("00 00 00"), Hex("00 00 FF FF"));
        NeverThrows(source => UnitSerialNumberPage.TryParse(source, out _), Hex("00 80 00"), Hex("00 80 FF FF"));
        NeverThrows(source => ExtendedInquiryData.TryParse(source, out _), Hex("00 86 00"), Hex("00 86 FF FF"));
        NeverThrows(source => BlockLimits.TryParse(source, out _), Hex("00 B0 00"), Hex("00 B0 FF FF"));
        NeverThrows(source => BlockDeviceCharacteristics.TryParse(source, out _), Hex("00 B1 00"), Hex("00 B1 FF FF"));
        NeverThrows(source => LogicalBlockProvisioning.TryParse(source, out _), Hex("00 B2 00"), Hex("00 B2 FF FF"));
    }

    [Test]
    public void The_header_says_what_the_page_is_and_how_much_of_it_is_there()
    {
        Assert.That(VpdPage.TryReadHeader(Hex("25 83 00 02 11 22 33"), out var peripheral, out var code, out var content));
        Assert.That(peripheral, Is.EqualTo(new Peripheral(PeripheralDeviceType.CdDvd, PeripheralQualifier.NotConnected)));
        Assert.That(code, Is.EqualTo(VpdPageCode.DeviceIdentification));
        Assert.That(content.ToArray(), Is.EqualTo(Hex("11 22")));
        Assert.That(VpdPage.TryReadHeader(Hex("00 83 FF FF 11"), out _, out _, out content));
        Assert.That(content.ToArray(), Is.EqualTo(Hex("11")));
        Assert.That(LeastLength(Hex("00 83 00 00"), source => VpdPage.TryReadHeader(source, out _, out _, out _)), Is.EqualTo(4));
        foreach (var length in new[] { -1, 0x10000 })
        {
            Assert.That(
                () => VpdPage.WriteHeader(new byte[4], _disk, VpdPageCode.BlockLimits, length),
                Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    public void Every_property_of_a_page_makes_it_there_and_back()
    {
        EachProperty<ExtendedInquiryData>(data =>
            ExtendedInquiryData.TryParse(Build(to => data.WriteTo(to, _disk)), out var read) ? read : null);
        EachProperty<BlockLimits>(data =>
            BlockLimits.TryParse(Build(to => data.WriteTo(to, _disk)), out var read) ? read : null);
        EachProperty<BlockDeviceCharacteristics>(data =>
            BlockDeviceCharacteristics.TryParse(Build(to => data.WriteTo(to, _disk)), out var read) ? read : null);
        EachProperty<LogicalBlockProvisioning>(data =>
            LogicalBlockProvisioning.TryParse(Build(to => data.WriteTo(to, _disk)), out var read) ? read : null);
    }

    private static void EachProperty<T>(Func<T, T?> thereAndBack)
        where T : class, new()
    {
        foreach (var property in typeof(T).GetProperties().Where(property => property.CanWrite))
        {
            var page = new T();
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            property.SetValue(page, type.IsEnum ? Enum.ToObject(type, 1) : Convert.ChangeType(1, type, CultureInfo.InvariantCulture));
            Assert.That(page, Is.Not.EqualTo(new T()), property.Name);
            Assert.That(thereAndBack(page), Is.EqualTo(page), property.Name);
        }
    }
}
