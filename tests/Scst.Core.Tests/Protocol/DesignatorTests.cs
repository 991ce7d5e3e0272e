using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol;

public class DesignatorTests
{
    private static readonly Peripheral _disk = new(PeripheralDeviceType.DirectAccessBlock);

    // SPC-6, designation descriptor and its designator types.
    private static readonly object[] _layouts =
    [
        new object[] { Designator.T10VendorId("VENDOR", "disk1"), "02 01 00 0D 56 45 4E 44 4F 52 20 20 64 69 73 6B 31" },
        new object[] { Designator.Eui64(Hex("00 11 22 33 44 55 66 77")), "01 02 00 08 00 11 22 33 44 55 66 77" },
        new object[] { Designator.Naa3(0x0FED_CBA9_8765_4321), "01 03 00 08 3F ED CB A9 87 65 43 21" },
        new object[] { Designator.Naa5(0xABCDEF, 0x1_2345_6789), "01 03 00 08 5A BC DE F1 23 45 67 89" },
        new object[]
        {
            Designator.Naa6(0xABCDEF, 0xF_FFFF_FFFF, 0x0123_4567_89AB_CDEF),
            "01 03 00 10 6A BC DE FF FF FF FF FF 01 23 45 67 89 AB CD EF",
        },
        new object[] { Designator.RelativeTargetPort(0x1234), "01 14 00 04 00 00 12 34" },
        new object[] { Designator.RelativeTargetPort(1, ProtocolIdentifier.Iscsi), "51 94 00 04 00 00 00 01" },
        new object[] { Designator.TargetPortGroup(0xFFFF, ProtocolIdentifier.FibreChannel), "01 95 00 04 00 00 FF FF" },
        new object[] { Designator.LogicalUnitGroup(2), "01 06 00 04 00 00 00 02" },
        new object[]
        {
            Designator.ScsiNameString(DesignatorAssociation.TargetPort, "iqn.a:b", ProtocolIdentifier.Iscsi),
            "53 98 00 08 69 71 6E 2E 61 3A 62 00",
        },
        new object[]
        {
            // Eight characters need a ninth byte, zero, and then three more to a multiple of four.
            Designator.ScsiNameString(DesignatorAssociation.TargetDevice, "iqn.a:bc"),
            "03 28 00 0C 69 71 6E 2E 61 3A 62 63 00 00 00 00",
        },
    ];

    private static Gen<Designator> Designators { get; } =
        from type in Gen.Elements(Enum.GetValues<DesignatorType>())
        from association in Gen.Elements(Enum.GetValues<DesignatorAssociation>())
        from codeSet in Gen.Elements(Enum.GetValues<CodeSet>())
        from protocol in Optional(Gen.Elements(Enum.GetValues<ProtocolIdentifier>()))
        from length in Gen.Choose(0, 255)
        from value in Bytes(length)
        select new Designator(type, association, codeSet, value, protocol);

    [TestCaseSource(nameof(_layouts))]
    public void A_designator_is_written_byte_for_byte_as_the_standard_lays_it_out(Designator designator, string expected)
    {
        Assert.That(Build(designator.WriteTo), Is.EqualTo(Hex(expected)));
        Assert.That(designator.Length, Is.EqualTo(Hex(expected).Length));
        RefusesShortBuffers(designator.WriteTo);
        Assert.That(Designator.TryParse(Hex(expected), out var read));
        Assert.That(read, Is.EqualTo(designator));
    }

    [Test]
    public void A_page_of_designators_comes_back_as_it_was() => ForAll(
        from count in Gen.Choose(0, 8)
        from designators in Designators.ArrayOf(count)
        select designators,
        designators =>
        {
            var page = Build(to => DeviceIdentificationPage.Write(to, _disk, designators));
            Assert.That(page, Has.Length.EqualTo(DeviceIdentificationPage.GetLength(designators)));
            Assert.That(page.Take(4), Is.EqualTo((byte[])[0x00, 0x83, (byte)((page.Length - 4) >> 8), (byte)(page.Length - 4)]));
            Assert.That(DeviceIdentificationPage.TryParse(page, out var read));
            Assert.That(read, Is.EqualTo(designators));
            return true;
        });

    [Test]
    public void A_truncated_page_keeps_its_whole_designators()
    {
        IReadOnlyList<Designator> all = [.. _layouts.Select(layout => (Designator)((object[])layout)[0])];
        var page = Build(to => DeviceIdentificationPage.Write(to, _disk, all));
        Assert.That(LeastLength(page, source => DeviceIdentificationPage.TryParse(source, out _)), Is.EqualTo(4));
        for (var length = 4; length <= page.Length; length++)
        {
            var end = 4;
            var whole = all.TakeWhile(designator => (end += designator.Length) <= length).ToArray();
            Assert.That(DeviceIdentificationPage.TryParse(page.AsSpan(0, length), out var read));
            Assert.That(read, Is.EqualTo(whole), $"{length} bytes");
        }
        RefusesShortBuffers(to => DeviceIdentificationPage.Write(to, _disk, all));
    }

    [Test]
    public void Another_page_is_refused() =>
        Assert.That(DeviceIdentificationPage.TryParse(Hex("00 80 00 04 01 02 03 04"), out _), Is.False);

    [Test]
    public void Random_bytes_never_throw()
    {
        NeverThrows(source => DeviceIdentificationPage.TryParse(source, out _), [0x00, 0x83, 0x00], [0x00, 0x83, 0xFF, 0xFF]);
        NeverThrows(source => Designator.TryParse(source, out var read)
            && (read.ScsiName?.Length ?? 0) + read.Number.GetValueOrDefault() >= 0, [0x53, 0x98, 0x00], [0x01, 0x14, 0x00, 0x04]);
    }

    [Test]
    public void A_designator_is_refused_at_every_truncation()
    {
        foreach (object[] layout in _layouts.Cast<object[]>())
        {
            var bytes = Hex((string)layout[1]);
            Assert.That(LeastLength(bytes, source => Designator.TryParse(source, out _)), Is.EqualTo(bytes.Length));
        }
    }

    [Test]
    public void Numbers_and_names_can_be_read_back()
    {
        Assert.That(Designator.RelativeTargetPort(7).Number, Is.EqualTo(7));
        Assert.That(Designator.TargetPortGroup(8).Number, Is.EqualTo(8));
        Assert.That(Designator.LogicalUnitGroup(9).Number, Is.EqualTo(9));
        Assert.That(Designator.Naa3(1).Number, Is.Null);
        Assert.That(Designator.Naa3(1).ScsiName, Is.Null);
        ForAll(Gen.Choose(1, 251).SelectMany(Text).Where(text => text.Length > 0), name =>
            Designator.ScsiNameString(DesignatorAssociation.TargetPort, name) is var designator
            && designator.ScsiName == name && designator.Value.Length % 4 == 0 && designator.Value.Span[^1] == 0);
        Assert.That(Designator.ScsiNameString(DesignatorAssociation.TargetPort, "iqn.ü").ScsiName, Is.EqualTo("iqn.ü"));
    }

    [Test]
    public void Equality_looks_at_every_field()
    {
        var all = _layouts.Select(layout => (Designator)((object[])layout)[0]).ToArray();
        foreach (var left in all)
        {
            Assert.That(all.Count(right => right.Equals(left)), Is.EqualTo(1));
            var copy = new Designator(left.Type, left.Association, left.CodeSet, left.Value.Span, left.Protocol);
            Assert.That(copy, Is.EqualTo(left));
            Assert.That(copy.GetHashCode(), Is.EqualTo(left.GetHashCode()));
        }
        Assert.That(Designator.RelativeTargetPort(1), Is.Not.EqualTo(Designator.RelativeTargetPort(1, ProtocolIdentifier.FibreChannel)));
        Assert.That(all[0].Equals((object)"VENDOR"), Is.False);
    }

    [Test]
    public void What_no_designator_can_hold_is_a_misuse()
    {
        Assert.That(() => Designator.T10VendorId("NINE CHAR", ""), Throws.ArgumentException);
        Assert.That(() => Designator.T10VendorId("V", new string('A', 248)), Throws.ArgumentException);
        Assert.That(() => Designator.Eui64(new byte[9]), Throws.ArgumentException);
        Assert.That(() => Designator.Naa(new byte[9]), Throws.ArgumentException);
        Assert.That(() => Designator.Naa(Hex("60 00 00 00 00 00 00 00")), Throws.ArgumentException);
        Assert.That(() => Designator.Naa([0x50, .. new byte[15]]), Throws.ArgumentException);
        Assert.That(() => Designator.Naa(Hex("40 00 00 00 00 00 00 00")), Throws.ArgumentException);
        Assert.That(() => Designator.Naa3(1UL << 60), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Designator.Naa5(1 << 24, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Designator.Naa6(0, 1UL << 36, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Designator.ScsiNameString(DesignatorAssociation.LogicalUnit, ""), Throws.ArgumentException);
        Assert.That(() => Designator.ScsiNameString(DesignatorAssociation.LogicalUnit, "a\0b"), Throws.ArgumentException);
        Assert.That(() => Designator.ScsiNameString(DesignatorAssociation.LogicalUnit, new string('a', 252)), Throws.ArgumentException);
        Assert.That(
            () => new Designator(DesignatorType.Naa, DesignatorAssociation.LogicalUnit, CodeSet.Binary, new byte[256]),
            Throws.ArgumentException);
        Assert.That(
            Designator.ScsiNameString(DesignatorAssociation.LogicalUnit, new string('a', 251)).ScsiName,
            Is.EqualTo(new string('a', 251)));
    }

    [Test]
    public void A_page_that_its_length_field_cannot_state_is_a_misuse()
    {
        var longest = new Designator(
            DesignatorType.VendorSpecific, DesignatorAssociation.LogicalUnit, CodeSet.Binary, new byte[255]);
        var many = Enumerable.Repeat(longest, 254).ToArray();
        Assert.That(DeviceIdentificationPage.GetLength(many), Is.EqualTo(4 + 254 * 259));
        Assert.That(() => DeviceIdentificationPage.Write(new byte[70000], _disk, many), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
