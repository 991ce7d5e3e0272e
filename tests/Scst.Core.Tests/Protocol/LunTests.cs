using System;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol;

public class LunTests
{
    private static Gen<int> Numbers { get; } = Gen.OneOf(
        Gen.Choose(0, 0x200), Gen.Choose(0x3F00, 0x4100), Gen.Choose(0, Lun.MaxNumber), Gen.Elements(Lun.MaxNumber));

    // SAM-6, LUN addressing: peripheral device 00b, flat space 01b, extended flat space 11b with LENGTH 01b and method 2h.
    [TestCase(0, LunAddressMethod.Automatic, "00 00 00 00 00 00 00 00")]
    [TestCase(255, LunAddressMethod.Automatic, "00 FF 00 00 00 00 00 00")]
    [TestCase(256, LunAddressMethod.Automatic, "41 00 00 00 00 00 00 00")]
    [TestCase(16383, LunAddressMethod.Automatic, "7F FF 00 00 00 00 00 00")]
    [TestCase(16384, LunAddressMethod.Automatic, "D2 00 40 00 00 00 00 00")]
    [TestCase(0xFFFFFF, LunAddressMethod.Automatic, "D2 FF FF FF 00 00 00 00")]
    [TestCase(5, LunAddressMethod.Peripheral, "00 05 00 00 00 00 00 00")]
    [TestCase(5, LunAddressMethod.FlatSpace, "40 05 00 00 00 00 00 00")]
    [TestCase(5, LunAddressMethod.ExtendedFlatSpace, "D2 00 00 05 00 00 00 00")]
    public void A_number_is_written_in_the_method_asked_for(int number, LunAddressMethod method, string expected)
    {
        var lun = Lun.FromNumber(number, method);
        Assert.That(Build(to =>
        {
            lun.WriteTo(to);
            return Lun.Length;
        }), Is.EqualTo(Hex(expected)));
        Assert.That(lun.TryGetNumber(out var read));
        Assert.That(read, Is.EqualTo(number));
        Assert.That(lun.IsWellKnown, Is.False);
    }

    // Bus identifier 0, target 0, LUN 31: logical unit addressing 10b.
    [TestCase("80 1F 00 00 00 00 00 00", 31)]
    [TestCase("80 00 00 00 00 00 00 00", 0)]
    public void Logical_unit_addressing_of_this_level_gives_its_number(string bytes, int expected)
    {
        Assert.That(Lun.ReadFrom(Hex(bytes)).TryGetNumber(out var number));
        Assert.That(number, Is.EqualTo(expected));
    }

    [TestCase("01 05 00 00 00 00 00 00", Description = "peripheral device addressing on bus 1: another level")]
    [TestCase("3F 00 00 00 00 00 00 00", Description = "peripheral device addressing on bus 63")]
    [TestCase("00 05 00 01 00 00 00 00", Description = "a second level address")]
    [TestCase("00 05 00 00 00 00 00 01", Description = "a fourth level address")]
    [TestCase("40 05 00 00 01 00 00 00", Description = "flat space addressing, then more")]
    [TestCase("80 20 00 00 00 00 00 00", Description = "logical unit addressing on bus 1")]
    [TestCase("81 00 00 00 00 00 00 00", Description = "logical unit addressing of target 1")]
    [TestCase("C1 01 00 00 00 00 00 00", Description = "the REPORT LUNS well known logical unit")]
    [TestCase("C0 00 00 00 00 00 00 00", Description = "reserved extended address method")]
    [TestCase("D2 00 00 05 00 00 00 01", Description = "extended flat space addressing, then more")]
    [TestCase("D2 00 00 05 80 00 00 00", Description = "extended flat space addressing, then more")]
    [TestCase("D1 00 00 05 00 00 00 00", Description = "another extended address method of the same length")]
    [TestCase("E2 00 00 00 00 05 00 00", Description = "long extended flat space addressing")]
    [TestCase("FF FF FF FF FF FF FF FF", Description = "logical unit not specified")]
    public void Every_other_field_has_no_number(string bytes) =>
        Assert.That(Lun.ReadFrom(Hex(bytes)).TryGetNumber(out _), Is.False);

    [Test]
    public void Every_number_comes_back_from_the_automatic_method() => ForAll(Numbers, number =>
        Lun.FromNumber(number).TryGetNumber(out var read) && read == number);

    [Test]
    public void Every_first_two_bytes_have_a_number_exactly_when_the_standard_says_so()
    {
        for (var first = 0; first <= 0xFFFF; first++)
        {
            var expected = (first >> 14) switch
            {
                0 when (first & 0x3F00) == 0 => first & 0xFF,
                1 => first & 0x3FFF,
                2 when (first & 0x3FE0) == 0 => first & 0x1F,
                3 when first >> 8 == 0xD2 => (first & 0xFF) << 16,
                _ => -1,
            };
            var found = new Lun((ulong)first << 48).TryGetNumber(out var number);
            if (found != expected >= 0 || (found && number != expected))
                Assert.Fail($"{first:X4}h gave {found}, {number} instead of {expected}.");
        }
    }

    [Test]
    public void The_field_comes_back_as_it_was() => ForAll(Bytes(Lun.Length), bytes =>
    {
        var written = new byte[Lun.Length];
        Lun.ReadFrom(bytes).WriteTo(written);
        return written.AsSpan().SequenceEqual(bytes);
    });

    [Test]
    public void A_truncated_field_is_a_misuse()
    {
        for (var length = 0; length < Lun.Length; length++)
        {
            var bytes = new byte[length];
            Assert.That(() => Lun.ReadFrom(bytes), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => Lun.Zero.WriteTo(bytes), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [TestCase(-1, LunAddressMethod.Automatic)]
    [TestCase(int.MinValue, LunAddressMethod.Automatic)]
    [TestCase(0x1000000, LunAddressMethod.Automatic)]
    [TestCase(256, LunAddressMethod.Peripheral)]
    [TestCase(-1, LunAddressMethod.Peripheral)]
    [TestCase(16384, LunAddressMethod.FlatSpace)]
    [TestCase(0x1000000, LunAddressMethod.ExtendedFlatSpace)]
    [TestCase(0, (LunAddressMethod)99)]
    public void A_number_that_the_method_cannot_hold_is_a_misuse(int number, LunAddressMethod method) =>
        Assert.That(() => Lun.FromNumber(number, method), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Well_known_logical_units_are_told_apart()
    {
        Assert.That(Lun.ReportLunsWellKnown, Is.EqualTo(Lun.ReadFrom(Hex("C1 01 00 00 00 00 00 00"))));
        Assert.That(Lun.ReportLunsWellKnown.IsWellKnown);
        Assert.That(new Lun(0xC102_0000_0000_0000).IsWellKnown);
        Assert.That(new Lun(0xC101_0000_0000_0001).IsWellKnown, Is.False);
        Assert.That(new Lun(0xD101_0000_0000_0000).IsWellKnown, Is.False);
        Assert.That(Lun.Zero.IsWellKnown, Is.False);
        Assert.That(Lun.Zero, Is.EqualTo(Lun.FromNumber(0)));
    }

    [Test]
    public void A_field_is_shown_in_hexadecimal() =>
        Assert.That(new Lun(0xC101_0203_0405_060F).ToString(), Is.EqualTo("C101_0203_0405_060Fh"));
}
