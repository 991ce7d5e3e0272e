using System;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol;

public class ModeParameterTests
{
    // SPC-6, Control mode page (0Ah): DLC and others of byte 2, QERR and others of byte 3.
    private static readonly byte[] _controlDefault = Hex("8A 0A 00 10 00 40 00 00 00 00 00 00");
    private static readonly byte[] _controlChangeable = Hex("8A 0A 04 06 08 40 00 00 00 00 00 00");

    private static readonly ModePage _control = new(_controlDefault, _controlChangeable);

    // SPC-6, Control Extension mode page (0Ah/01h), sub_page format.
    private static readonly ModePage _controlExtension = new(
        [.. Hex("4A 01 00 1C"), .. new byte[28]], [.. Hex("4A 01 00 1C 02"), .. new byte[27]]);

    [Test]
    public void The_short_header_is_written_byte_for_byte_as_the_standard_lays_it_out()
    {
        var header = new ModeParameterHeader
        {
            ModeDataLength = 0x23,
            MediumType = 0x01,
            DeviceSpecific = ModeParameterHeader.WriteProtected | ModeParameterHeader.DpoFua,
            BlockDescriptorLength = 8,
        };
        Assert.That(Build(to => header.WriteTo(to, false)), Is.EqualTo(Hex("23 01 90 08")));
        RefusesShortBuffers(to => header.WriteTo(to, false));
    }

    [Test]
    public void The_long_header_is_written_byte_for_byte_as_the_standard_lays_it_out()
    {
        var header = new ModeParameterHeader
        {
            ModeDataLength = 0x1234,
            MediumType = 0x56,
            DeviceSpecific = ModeParameterHeader.DpoFua,
            LongLba = true,
            BlockDescriptorLength = 0x0110,
        };
        Assert.That(Build(to => header.WriteTo(to, true)), Is.EqualTo(Hex("12 34 56 10 01 00 01 10")));
        RefusesShortBuffers(to => header.WriteTo(to, true));
    }

    [Test]
    public void A_header_comes_back_as_it_was() => ForAll(
        from tenByte in Bool
        from lengths in Gen.Choose(0, 0xFFFF).ArrayOf(2)
        from octets in Bytes(2)
        from longLba in Bool
        let mask = tenByte ? 0xFFFF : 0xFF
        select (tenByte, new ModeParameterHeader
        {
            ModeDataLength = (ushort)(lengths[0] & mask),
            BlockDescriptorLength = (ushort)(lengths[1] & mask),
            MediumType = octets[0],
            DeviceSpecific = octets[1],
            LongLba = longLba && tenByte,
        }),
        sample =>
        {
            var (tenByte, header) = sample;
            var bytes = Build(to => header.WriteTo(to, tenByte));
            return LeastLength(bytes, source => ModeParameterHeader.TryParse(source, tenByte, out _)) == (tenByte ? 8 : 4)
                && ModeParameterHeader.TryParse(bytes, tenByte, out var read) && read == header;
        });

    [Test]
    public void A_header_that_cannot_hold_a_length_says_so()
    {
        Assert.That(ModeParameterHeader.ForTotalLength(false, 256).ModeDataLength, Is.EqualTo(255));
        Assert.That(ModeParameterHeader.ForTotalLength(true, 65537).ModeDataLength, Is.EqualTo(65535));
        Assert.That(ModeParameterHeader.ForTotalLength(true, 8).ModeDataLength, Is.EqualTo(6));
        Assert.That(() => ModeParameterHeader.ForTotalLength(false, 257), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ModeParameterHeader.ForTotalLength(true, 65538), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ModeParameterHeader.ForTotalLength(false, 3), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ModeParameterHeader.ForTotalLength(true, 7), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ModeParameterHeader { ModeDataLength = 256 }.WriteTo(new byte[4], false), Throws.InvalidOperationException);
        Assert.That(
            () => new ModeParameterHeader { BlockDescriptorLength = 256 }.WriteTo(new byte[4], false),
            Throws.InvalidOperationException);
    }

    [TestCase(ModeBlockDescriptorFormat.General, 0x123456ul, "07 12 34 56 00 00 02 00")]
    [TestCase(ModeBlockDescriptorFormat.General, 0x1000000ul, "07 FF FF FF 00 00 02 00")]
    [TestCase(ModeBlockDescriptorFormat.ShortLba, 0x12345678ul, "12 34 56 78 00 00 02 00")]
    [TestCase(ModeBlockDescriptorFormat.ShortLba, 0x1_0000_0000ul, "FF FF FF FF 00 00 02 00")]
    [TestCase(ModeBlockDescriptorFormat.LongLba, 0x1_0000_0000ul, "00 00 00 01 00 00 00 00 00 00 00 00 00 00 02 00")]
    public void A_block_descriptor_is_written_byte_for_byte_as_the_standard_lays_it_out(
        ModeBlockDescriptorFormat format, ulong blocks, string expected)
    {
        var descriptor = new ModeBlockDescriptor(blocks, 512, 7);
        Assert.That(Build(to => descriptor.WriteTo(to, format)), Is.EqualTo(Hex(expected)));
        RefusesShortBuffers(to => descriptor.WriteTo(to, format));
    }

    [Test]
    public void A_block_descriptor_comes_back_as_it_was() => ForAll(
        from format in Gen.Elements(Enum.GetValues<ModeBlockDescriptorFormat>())
        from blocks in U64
        from length in U32
        from density in U8
        select (format, format switch
        {
            ModeBlockDescriptorFormat.General => new ModeBlockDescriptor(blocks & 0xFFFFFF, length & 0xFFFFFF, density),
            ModeBlockDescriptorFormat.ShortLba => new(blocks & 0xFFFFFFFF, length & 0xFFFFFF),
            _ => new(blocks, length),
        }),
        sample =>
        {
            var (format, descriptor) = sample;
            var bytes = Build(to => descriptor.WriteTo(to, format));
            var least = LeastLength(bytes, source => ModeBlockDescriptor.TryParse(source, format, out _));
            return least == ModeBlockDescriptor.GetLength(format)
                && ModeBlockDescriptor.TryParse(bytes, format, out var read) && read == descriptor;
        });

    [Test]
    public void A_block_length_of_more_than_24_bits_needs_the_long_descriptor()
    {
        var descriptor = new ModeBlockDescriptor(1, 0x1000000);
        Assert.That(() => descriptor.WriteTo(new byte[8], ModeBlockDescriptorFormat.General), Throws.InvalidOperationException);
        Assert.That(() => descriptor.WriteTo(new byte[8], ModeBlockDescriptorFormat.ShortLba), Throws.InvalidOperationException);
        Assert.That(() => descriptor.WriteTo(new byte[16], ModeBlockDescriptorFormat.LongLba), Throws.Nothing);
    }

    [Test]
    public void The_header_of_a_page_says_what_it_is()
    {
        Assert.That(_control.Header, Is.EqualTo(new ModePageHeader(0x0A, 0, 2, 10, true)));
        Assert.That(_controlExtension.Header, Is.EqualTo(new ModePageHeader(0x0A, 1, 4, 28, false)));
        Assert.That(ModePageHeader.TryParse(Hex("7F FE FF FF"), out var header));
        Assert.That(header, Is.EqualTo(new ModePageHeader(0x3F, 0xFE, 4, 0xFFFF, false)));
        Assert.That(LeastLength(Hex("0A 0A"), source => ModePageHeader.TryParse(source, out _)), Is.EqualTo(2));
        Assert.That(LeastLength(Hex("4A 01 00 1C"), source => ModePageHeader.TryParse(source, out _)), Is.EqualTo(4));
    }

    [Test]
    public void A_page_is_what_it_was_made_of()
    {
        Assert.That((_control.Code, _control.Subpage, _control.Length, _control.Savable), Is.EqualTo(((byte)0x0A, (byte)0, 12, true)));
        Assert.That(_control.Default.ToArray(), Is.EqualTo(_controlDefault));
        Assert.That(_control.Changeable.ToArray(), Is.EqualTo(_controlChangeable));
        Assert.That((_controlExtension.Code, _controlExtension.Subpage, _controlExtension.Length, _controlExtension.Savable),
            Is.EqualTo(((byte)0x0A, (byte)1, 32, false)));
    }

    [TestCase("0A 0A 00", "0A 0A 00", Description = "cut short")]
    [TestCase("0A", "0A", Description = "no header")]
    [TestCase("0A 01 00 00", "0A 01 00 00", Description = "too long")]
    [TestCase("0A 01 00", "8A 01 00", Description = "PS differs")]
    [TestCase("0A 01 00", "0A 01 00 00", Description = "lengths differ")]
    [TestCase("0A 01 00", "0B 01 00", Description = "page codes differ")]
    [TestCase("3F 01 00", "3F 01 00", Description = "all pages")]
    [TestCase("4A FF 00 01 00", "4A FF 00 01 00", Description = "all subpages")]
    public void A_page_that_contradicts_itself_is_a_misuse(string defaults, string changeable) =>
        Assert.That(() => new ModePage(Hex(defaults), Hex(changeable)), Throws.ArgumentException);

    [Test]
    public void A_change_of_what_may_be_changed_takes_effect()
    {
        foreach (var requested in new[] { "8A 0A 04 16 08 00 00 00 00 00 00 00", "0A 0A 00 10 00 40 00 00 00 00 00 00" })
        {
            Assert.That(_control.TryCheckChange(_controlDefault, Hex(requested), 4, out var sense));
            Assert.That(sense, Is.EqualTo(default(Sense)));
        }
    }

    [Test]
    public void The_first_bit_that_may_not_be_changed_is_pointed_at() => ForAll(
        from flips in Bytes(12)
        from sparse in Bytes(12)
        from offset in Gen.Choose(4, 1000)
        select (Flips: flips.AsSpan().ToArray(), Sparse: sparse, Offset: offset),
        sample =>
        {
            var requested = _control.Default.ToArray();
            for (var index = 2; index < requested.Length; index++)
                requested[index] ^= sample.Sparse[index] < 0x40 ? sample.Flips[index] : (byte)0;
            Sense? expected = null;
            for (var bit = 8 * 2; bit < 8 * requested.Length && expected is null; bit++)
            {
                var mask = 0x80 >> (bit % 8);
                if (((requested[bit / 8] ^ _controlDefault[bit / 8]) & mask) != 0 && (_controlChangeable[bit / 8] & mask) == 0)
                    expected = Sense.InvalidFieldInParameterList(sample.Offset + bit / 8, 7 - bit % 8);
            }
            var accepted = _control.TryCheckChange(_controlDefault, requested, sample.Offset, out var sense);
            return accepted == expected is null && sense == expected.GetValueOrDefault();
        });

    [Test]
    public void A_page_of_another_length_is_refused_at_its_length_field()
    {
        Assert.That(_control.TryCheckChange(_controlDefault, Hex("0A 09 00 10 00 40 00 00 00 00 00"), 4, out var sense), Is.False);
        Assert.That(sense, Is.EqualTo(Sense.InvalidFieldInParameterList(5)));
        Assert.That(_controlExtension.TryCheckChange(_controlExtension.Default.Span, Hex("4A 01 00 00"), 8, out sense), Is.False);
        Assert.That(sense, Is.EqualTo(Sense.InvalidFieldInParameterList(10)));
        for (var length = 0; length < _controlDefault.Length; length++)
            Assert.That(_control.TryCheckChange(_controlDefault, _controlDefault.AsSpan(0, length), 4, out _), Is.False);
        Assert.That(() => _control.TryCheckChange(new byte[11], _controlDefault, 4, out _), Throws.ArgumentException);
    }

    [Test]
    public void Random_bytes_never_throw()
    {
        NeverThrows(source => ModeParameterHeader.TryParse(source, false, out _) && ModeParameterHeader.TryParse(source, true, out _));
        NeverThrows(source => ModePageHeader.TryParse(source, out _), [0x4A]);
        NeverThrows(source => ModeBlockDescriptor.TryParse(source, ModeBlockDescriptorFormat.LongLba, out _));
        NeverThrows(source => _control.TryCheckChange(_controlDefault, source, 4, out _), Hex("0A 0A"), Hex("8A 0A"));
    }
}
