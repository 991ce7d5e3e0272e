using System;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol;

public class SenseTests
{
    // Bytes of the expectations: SPC-6, fixed format sense data and descriptor format sense data.
    private static readonly object[] _formats =
    [
        new object[]
        {
            Sense.InvalidFieldInCdb(2, 3),
            "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 CB 00 02",
            "72 05 24 00 00 00 00 08 02 06 00 00 CB 00 02 00",
        },
        new object[]
        {
            Sense.InvalidFieldInCdb(7),
            "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 07",
            "72 05 24 00 00 00 00 08 02 06 00 00 C0 00 07 00",
        },
        new object[]
        {
            Sense.InvalidFieldInParameterList(0x1234, 0),
            "70 00 05 00 00 00 00 0A 00 00 00 00 26 00 00 88 12 34",
            "72 05 26 00 00 00 00 08 02 06 00 00 88 12 34 00",
        },
        new object[]
        {
            Sense.UnitAttention(AdditionalSense.PowerOnOccurred),
            "70 00 06 00 00 00 00 0A 00 00 00 00 29 01 00 00 00 00",
            "72 06 29 01 00 00 00 00",
        },
        new object[]
        {
            Sense.UnitAttention(AdditionalSense.CommandsClearedByAnotherInitiator) with { Overflow = true },
            "70 00 06 00 00 00 00 0A 00 00 00 00 2F 00 00 81 00 00",
            "72 06 2F 00 00 00 00 08 02 06 00 00 81 00 00 00",
        },
        new object[]
        {
            Sense.NotReady(AdditionalSense.LogicalUnitNotReadyFormatInProgress, 0x8000),
            "70 00 02 00 00 00 00 0A 00 00 00 00 04 04 00 80 80 00",
            "72 02 04 04 00 00 00 08 02 06 00 00 80 80 00 00",
        },
        new object[]
        {
            Sense.MediumError(AdditionalSense.UnrecoveredReadError, 0xFFFF_FFFF),
            "F0 00 03 FF FF FF FF 0A 00 00 00 00 11 00 00 00 00 00",
            "72 03 11 00 00 00 00 0C 00 0A 80 00 00 00 00 00 FF FF FF FF",
        },
        new object[]
        {
            // Too large for the four bytes of the fixed format: VALID is zero there.
            Sense.MediumError(AdditionalSense.UnrecoveredReadError, 0x1_0000_0000),
            "70 00 03 00 00 00 00 0A 00 00 00 00 11 00 00 00 00 00",
            "72 03 11 00 00 00 00 0C 00 0A 80 00 00 00 00 01 00 00 00 00",
        },
        new object[]
        {
            Sense.Miscompare(511),
            "F0 00 0E 00 00 01 FF 0A 00 00 00 00 1D 00 00 00 00 00",
            "72 0E 1D 00 00 00 00 0C 00 0A 80 00 00 00 00 00 00 00 01 FF",
        },
        new object[]
        {
            Sense.HardwareError(AdditionalSense.WriteError) with { Deferred = true, Information = 1 },
            "F1 00 04 00 00 00 01 0A 00 00 00 00 0C 00 00 00 00 00",
            "73 04 0C 00 00 00 00 0C 00 0A 80 00 00 00 00 00 00 00 00 01",
        },
        new object[]
        {
            Sense.IllegalRequest(AdditionalSense.LogicalBlockAddressOutOfRange) with
            {
                Information = 5,
                FieldPointer = new(true, 2, 7),
            },
            "F0 00 05 00 00 00 05 0A 00 00 00 00 21 00 00 CF 00 02",
            "72 05 21 00 00 00 00 14 00 0A 80 00 00 00 00 00 00 00 00 05 02 06 00 00 CF 00 02 00",
        },
        new object[]
        {
            Sense.NoSense,
            "70 00 00 00 00 00 00 0A 00 00 00 00 00 00 00 00 00 00",
            "72 00 00 00 00 00 00 00",
        },
        new object[]
        {
            Sense.AbortedCommand(AdditionalSense.OverlappedCommandsAttempted),
            "70 00 0B 00 00 00 00 0A 00 00 00 00 4E 00 00 00 00 00",
            "72 0B 4E 00 00 00 00 00",
        },
        new object[]
        {
            Sense.DataProtect(AdditionalSense.SpaceAllocationFailedWriteProtect),
            "70 00 07 00 00 00 00 0A 00 00 00 00 27 07 00 00 00 00",
            "72 07 27 07 00 00 00 00",
        },
    ];

    private static readonly SenseFormat[] _bothFormats = [SenseFormat.Fixed, SenseFormat.Descriptor];

    private static Gen<Sense> Senses { get; } =
        from key in Gen.Elements(Enum.GetValues<SenseKey>())
        from code in U8
        from qualifier in U8
        from information in Optional(U64)
        from inCdb in Bool
        from offset in U16
        from bit in Optional(Gen.Choose(0, 7).Select(value => (byte)value))
        from specific in Bool
        from deferred in Bool
        select new Sense(key, new(code, qualifier))
        {
            Information = information,
            FieldPointer = specific && key == SenseKey.IllegalRequest ? new(inCdb, offset, bit) : null,
            Progress = specific && key is SenseKey.NoSense or SenseKey.NotReady ? offset : null,
            Overflow = specific && key == SenseKey.UnitAttention,
            Deferred = deferred,
        };

    [TestCaseSource(nameof(_formats))]
    public void Sense_is_written_byte_for_byte_as_the_standard_lays_it_out(Sense sense, string fixedFormat, string descriptorFormat)
    {
        Assert.That(Build(to => sense.WriteTo(to, SenseFormat.Fixed)), Is.EqualTo(Hex(fixedFormat)));
        Assert.That(Build(to => sense.WriteTo(to, SenseFormat.Descriptor)), Is.EqualTo(Hex(descriptorFormat)));
    }

    [TestCaseSource(nameof(_formats))]
    public void Sense_refuses_a_buffer_that_is_too_short(Sense sense, string fixedFormat, string descriptorFormat)
    {
        Assert.That(Hex(fixedFormat), Has.Length.LessThanOrEqualTo(Sense.MaxLength));
        Assert.That(Hex(descriptorFormat), Has.Length.LessThanOrEqualTo(Sense.MaxLength));
        RefusesShortBuffers(to => sense.WriteTo(to, SenseFormat.Fixed));
        RefusesShortBuffers(to => sense.WriteTo(to, SenseFormat.Descriptor));
    }

    [Test]
    public void Descriptor_format_keeps_everything() => ForAll(Senses, sense =>
        Sense.TryParse(Build(to => sense.WriteTo(to, SenseFormat.Descriptor)), out var read) && read == sense);

    [Test]
    public void Fixed_format_keeps_everything_but_information_beyond_32_bits() => ForAll(Senses, sense =>
        Sense.TryParse(Build(to => sense.WriteTo(to, SenseFormat.Fixed)), out var read)
        && read == (sense.Information > uint.MaxValue ? sense with { Information = null } : sense));

    [Test]
    public void Sense_key_specific_data_of_another_key_is_not_reported()
    {
        var sense = Sense.HardwareError(AdditionalSense.InternalTargetFailure) with
        {
            FieldPointer = new(true, 1, 1),
            Progress = 7,
            Overflow = true,
        };
        foreach (var format in _bothFormats)
        {
            Assert.That(Sense.TryParse(Build(to => sense.WriteTo(to, format)), out var read));
            Assert.That(read, Is.EqualTo(Sense.HardwareError(AdditionalSense.InternalTargetFailure)));
        }
    }

    [Test]
    public void Truncated_sense_is_read_as_far_as_it_goes() => ForAll(Senses, sense =>
    {
        foreach (var format in _bothFormats)
        {
            var whole = Build(to => sense.WriteTo(to, format));
            Assert.That(LeastLength(whole, source => Sense.TryParse(source, out _)), Is.EqualTo(format == SenseFormat.Fixed ? 3 : 2));
            for (var length = 3; length < whole.Length; length++)
            {
                Assert.That(Sense.TryParse(whole.AsSpan(0, length), out var read));
                Assert.That(read.Key, Is.EqualTo(sense.Key));
                Assert.That(read.Information, Is.Null.Or.EqualTo(sense.Information));
                Assert.That(read.FieldPointer, Is.Null.Or.EqualTo(sense.FieldPointer));
                if (length >= (format == SenseFormat.Fixed ? 14 : 4))
                    Assert.That(read.Additional, Is.EqualTo(sense.Additional));
            }
        }
        return true;
    });

    [Test]
    public void Random_bytes_never_throw() =>
        NeverThrows(source => Sense.TryParse(source, out _), [0x70], [0x71], [0xF0], [0xF1], [0x72], [0x73]);

    [Test]
    public void Every_other_response_code_is_refused()
    {
        for (var code = 0; code < 0x100; code++)
        {
            var source = new byte[18];
            source[0] = (byte)code;
            Assert.That(Sense.TryParse(source, out _), Is.EqualTo((code & 0x7F) is >= 0x70 and <= 0x73));
        }
    }

    [Test]
    public void Descriptors_of_other_types_are_skipped()
    {
        // A vendor specific descriptor (80h), then block commands (05h), then information.
        var source = Hex("72 03 11 00 00 00 00 15 80 03 01 02 03 05 02 00 20 00 0A 80 00 00 00 00 00 00 00 12 34");
        Assert.That(Sense.TryParse(source, out var sense));
        Assert.That(sense, Is.EqualTo(Sense.MediumError(AdditionalSense.UnrecoveredReadError, 0x1234)));
    }

    [Test]
    public void The_length_field_ends_sense_data_and_not_the_buffer()
    {
        var descriptor = Hex("72 03 11 00 00 00 00 00 00 0A 80 00 00 00 00 00 00 00 12 34");
        Assert.That(Sense.TryParse(descriptor, out var sense));
        Assert.That(sense, Is.EqualTo(Sense.MediumError(AdditionalSense.UnrecoveredReadError)));

        // ADDITIONAL SENSE LENGTH 6 ends fixed format sense data before the field pointer.
        var shortFixed = Hex("70 00 05 00 00 00 00 06 00 00 00 00 24 00 00 CB 00 02");
        Assert.That(Sense.TryParse(shortFixed, out sense));
        Assert.That(sense, Is.EqualTo(Sense.IllegalRequest(AdditionalSense.InvalidFieldInCdb)));
    }

    [Test]
    public void A_field_pointer_that_no_sense_data_can_hold_is_a_misuse()
    {
        Assert.That(() => Sense.InvalidFieldInCdb(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Sense.InvalidFieldInCdb(0x10000), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Sense.InvalidFieldInParameterList(0, 8), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Sense.InvalidFieldInParameterList(0, -2), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
