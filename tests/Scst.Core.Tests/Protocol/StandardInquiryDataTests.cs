using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol;

public class StandardInquiryDataTests
{
    private static Gen<StandardInquiryData> Samples { get; } =
        from peripheral in U8
        from flags in Bool.ArrayOf(11)
        from version in U8
        from tpgs in Gen.Elements(Enum.GetValues<TargetPortGroupSupport>())
        from vendor in Text(8)
        from product in Text(16)
        from revision in Text(4)
        from vendorSpecific in Bytes(20)
        from count in Gen.Choose(0, 8)
        from descriptors in Gen.Choose(1, 0xFFFF).Select(value => (ushort)value).ArrayOf(count)
        select new StandardInquiryData
        {
            Peripheral = Peripheral.FromByte(peripheral),
            Removable = flags[0],
            LogicalUnitConglomerate = flags[1],
            Version = version,
            NormalAca = flags[2],
            HierarchicalSupport = flags[3],
            StorageArrayController = flags[4],
            TargetPortGroupSupport = tpgs,
            ThirdPartyCopy = flags[5],
            Protect = flags[6],
            EnclosureServices = flags[7],
            MultiPort = flags[8],
            CommandQueuing = flags[9],
            VendorId = vendor,
            ProductId = product,
            ProductRevision = revision,
            VendorSpecific = vendorSpecific,
            VersionDescriptors = descriptors,
        };

    // SPC-6, standard INQUIRY data format.
    [Test]
    public void A_plain_disk_is_written_byte_for_byte_as_the_standard_lays_it_out()
    {
        var disk = new StandardInquiryData { VendorId = "VENDOR", ProductId = "A DISK", ProductRevision = "1.0" };
        Assert.That(Build(disk.WriteTo), Is.EqualTo((byte[])
        [
            .. Hex("00 00 07 12 5B 00 00 02"),
            .. "VENDOR  "u8,
            .. "A DISK          "u8,
            .. "1.0 "u8,
            .. new byte[60],
        ]));
    }

    [Test]
    public void Every_flag_has_the_bit_that_the_standard_gives_it()
    {
        var everything = new StandardInquiryData
        {
            Peripheral = Peripheral.NoLogicalUnit,
            Removable = true,
            LogicalUnitConglomerate = true,
            Version = 6,
            NormalAca = true,
            StorageArrayController = true,
            TargetPortGroupSupport = TargetPortGroupSupport.ImplicitAndExplicit,
            ThirdPartyCopy = true,
            Protect = true,
            EnclosureServices = true,
            MultiPort = true,
            VendorSpecific = Hex("AA BB"),
            VersionDescriptors = [0x00C0, 0x0960],
        };
        var data = Build(everything.WriteTo);
        Assert.That(data[..8], Is.EqualTo(Hex("7F C0 06 32 5B B9 50 02")));
        Assert.That(data[36..62], Is.EqualTo((byte[])[0xAA, 0xBB, .. new byte[20], 0x00, 0xC0, 0x09, 0x60]));

        var nothing = new StandardInquiryData { HierarchicalSupport = false, CommandQueuing = false };
        Assert.That(Build(nothing.WriteTo)[..8], Is.EqualTo(Hex("00 00 07 02 5B 00 00 00")));
    }

    [Test]
    public void What_is_written_is_what_is_read() => ForAll(Samples, sample =>
    {
        Assert.That(StandardInquiryData.TryParse(Build(sample.WriteTo), out var read));
        foreach (var property in typeof(StandardInquiryData).GetProperties())
        {
            if (property.Name == nameof(StandardInquiryData.VendorSpecific))
                Assert.That(read!.VendorSpecific.ToArray(), Is.EqualTo(sample.VendorSpecific.ToArray()));
            else
                Assert.That(property.GetValue(read), Is.EqualTo(property.GetValue(sample)), property.Name);
        }
        return true;
    });

    [Test]
    public void Thirty_six_bytes_are_enough_and_fewer_are_not() => ForAll(Samples, sample =>
    {
        var whole = Build(sample.WriteTo);
        Assert.That(LeastLength(whole, source => StandardInquiryData.TryParse(source, out _)), Is.EqualTo(36));
        for (var length = 36; length < whole.Length; length++)
        {
            Assert.That(StandardInquiryData.TryParse(whole.AsSpan(0, length), out var read));
            Assert.That(read!.ProductRevision, Is.EqualTo(sample.ProductRevision));
            Assert.That(read.VersionDescriptors, Is.EqualTo(sample.VersionDescriptors.Take(Math.Max(0, (length - 58) / 2))));
        }
        return true;
    });

    [Test]
    public void The_length_field_ends_the_data_and_not_the_buffer()
    {
        var data = Build(new StandardInquiryData { VersionDescriptors = [0x00C0] }.WriteTo);
        data[4] = 31;
        Assert.That(StandardInquiryData.TryParse(data, out var read));
        Assert.That(read!.VersionDescriptors, Is.Empty);
        data[4] = 30;
        Assert.That(StandardInquiryData.TryParse(data, out _), Is.False);
    }

    [Test]
    public void Another_response_data_format_is_refused()
    {
        var data = Build(new StandardInquiryData().WriteTo);
        for (var format = 0; format < 16; format++)
        {
            data[3] = (byte)format;
            Assert.That(StandardInquiryData.TryParse(data, out _), Is.EqualTo(format == 2));
        }
    }

    [Test]
    public void Bytes_that_are_no_text_become_question_marks()
    {
        var data = Build(new StandardInquiryData { VendorId = "ABCDEFGH" }.WriteTo);
        data[8] = 0x07;
        data[14] = 0xFF;
        data[15] = 0x00;
        Assert.That(StandardInquiryData.TryParse(data, out var read));
        Assert.That(read!.VendorId, Is.EqualTo("?BCDEF?"));
    }

    [Test]
    public void Random_bytes_never_throw() =>
        NeverThrows(
            source => StandardInquiryData.TryParse(source, out _),
            Hex("00 00 07 12 5B"),
            Hex("00 00 07 02 FF"),
            Hex("7F 00 06 02 1F"));

    [Test]
    public void A_short_buffer_is_refused() => RefusesShortBuffers(new StandardInquiryData { VendorId = "A" }.WriteTo);

    [Test]
    public void What_does_not_fit_is_a_misuse()
    {
        Assert.That(() => new StandardInquiryData { VendorId = "NINE CHAR" }, Throws.ArgumentException);
        Assert.That(() => new StandardInquiryData { ProductId = "SEVENTEEN LETTERS" }, Throws.ArgumentException);
        Assert.That(() => new StandardInquiryData { ProductRevision = "12345" }, Throws.ArgumentException);
        Assert.That(() => new StandardInquiryData { VendorId = "Ü" }, Throws.ArgumentException);
        Assert.That(() => new StandardInquiryData { VendorId = "A\tB" }, Throws.ArgumentException);
        Assert.That(() => new StandardInquiryData { VendorId = null! }, Throws.ArgumentNullException);
        Assert.That(() => new StandardInquiryData { VendorSpecific = new byte[21] }, Throws.ArgumentException);
        Assert.That(() => new StandardInquiryData { VersionDescriptors = new ushort[9] }, Throws.ArgumentException);
    }

    [Test]
    public void The_first_byte_holds_qualifier_and_type()
    {
        Assert.That(Peripheral.NoLogicalUnit.ToByte(), Is.EqualTo(0x7F));
        Assert.That(new Peripheral(PeripheralDeviceType.CdDvd).ToByte(), Is.EqualTo(0x05));
        Assert.That(new Peripheral(PeripheralDeviceType.DirectAccessBlock, PeripheralQualifier.NotConnected).ToByte(), Is.EqualTo(0x20));
        for (var value = 0; value < 256; value++)
            Assert.That(Peripheral.FromByte((byte)value).ToByte(), Is.EqualTo(value));
    }
}
