using System;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Core.Tests.Protocol.Reservations;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Reservations.Persistent;

public class PersistentReservationRecordTests
{
    private static readonly PersistentReservationType[] _types =
    [
        PersistentReservationType.WriteExclusive, PersistentReservationType.ExclusiveAccess,
        PersistentReservationType.WriteExclusiveRegistrantsOnly, PersistentReservationType.ExclusiveAccessRegistrantsOnly,
        PersistentReservationType.WriteExclusiveAllRegistrants, PersistentReservationType.ExclusiveAccessAllRegistrants,
    ];

    private static Gen<PersistentReservationState> States { get; } =
        from registrations in (
            from port in U16
            from key in U64
            from initiator in TransportIdTests.Any
            select new PersistentRegistration(new NexusId(initiator, port), Math.Max(key, 1))).ListOf()
        from type in Optional(Gen.Elements(_types))
        from holder in Gen.Choose(0, 100)
        select StateOf([.. registrations.DistinctBy(registration => registration.Nexus).Take(12)], type, holder);

    [Test]
    public void A_record_gives_back_what_was_written() => ForAll(States, state =>
    {
        PersistentReservationState read = PersistentReservationRecord.Read(PersistentReservationRecord.Write(state));
        return !read.IsLost && read.HasRecordOf(state) && read.Generation == 0 && read.Aptpl;
    });

    [Test]
    public void A_record_is_lines_of_text_that_a_person_can_read()
    {
        var nexus = new NexusId(TransportId.Sas(0x5000_0000_0000_00AB), 7);
        var state = new PersistentReservationState([new(nexus, 0xABC)], new(PersistentReservationType.WriteExclusive, nexus), 5, true);
        string[] lines = Encoding.ASCII.GetString(PersistentReservationRecord.Write(state)).Split('\n');
        Assert.That(lines, Has.Length.EqualTo(5));
        Assert.That(lines[0], Is.EqualTo("persistent-reservations 1"));
        Assert.That(lines[1], Is.EqualTo("registration 7 0000000000000abc 0600000050000000000000ab000000000000000000000000"));
        Assert.That(lines[2], Is.EqualTo("reservation 1 0"));
        Assert.That(lines[3], Does.Match("^crc32c [0-9a-f]{8}$"));
        Assert.That(lines[4], Is.Empty);
    }

    [Test]
    public void No_record_means_that_nothing_is_registered()
    {
        PersistentReservationState state = PersistentReservationRecord.Read(default);
        Assert.That(state.IsLost, Is.False);
        Assert.That(state.Registrations, Is.Empty);
    }

    [Test]
    public void Every_truncation_and_every_changed_bit_is_a_loss()
    {
        byte[] record = Example();
        for (int length = 1; length < record.Length; length++)
            Assert.That(PersistentReservationRecord.Read(record.AsSpan(0, length)).IsLost, Is.True, $"{length} bytes");
        for (int bit = 0; bit < record.Length * 8; bit++)
        {
            byte[] changed = [.. record];
            changed[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.That(PersistentReservationRecord.Read(changed).IsLost, Is.True, $"bit {bit}");
        }
        Assert.That(PersistentReservationRecord.Read([.. record, .. "\n"u8]).IsLost, Is.True);
    }

    [TestCase("persistent-reservations 2\n", TestName = "Another version")]
    [TestCase("persistent-reservations 1\nreservation 1 0\n", TestName = "A holder who is not registered")]
    [TestCase("persistent-reservations 1\nreservation 7 all\n", TestName = "All registrants of whom there is none")]
    [TestCase(One + "reservation 1 all\n", TestName = "No holder for a type with one")]
    [TestCase(One + "reservation 7 0\n", TestName = "A holder for a type of all")]
    [TestCase(One + "reservation 2 0\n", TestName = "An obsolete type")]
    [TestCase(One + "reservation 1 1\n", TestName = "A holder beyond the end")]
    [TestCase(One + "reservation 1 -1\n", TestName = "A holder before the beginning")]
    [TestCase(One + "reservation 1 0\nreservation 1 0\n", TestName = "Two reservations")]
    [TestCase(One + "registration 7 0000000000000001 " + Sas + "\n", TestName = "Two registrations of one nexus")]
    [TestCase("persistent-reservations 1\nregistration 7 0000000000000000 " + Sas + "\n", TestName = "A key of zero")]
    [TestCase("persistent-reservations 1\nregistration 7 1 " + Sas + "\n", TestName = "A key of one digit")]
    [TestCase("persistent-reservations 1\nregistration 65536 0000000000000001 " + Sas + "\n", TestName = "A port that is too high")]
    [TestCase("persistent-reservations 1\nregistration 7 0000000000000001 " + Sas + "00\n", TestName = "A TransportID that is too long")]
    [TestCase("persistent-reservations 1\nregistration 7 0000000000000001 0600\n", TestName = "A TransportID that is too short")]
    [TestCase(One + "reservation 1 0 \n", TestName = "A space at the end")]
    [TestCase(One + "\n", TestName = "An empty line")]
    [TestCase(One + "something else\n", TestName = "A word that means nothing")]
    public void A_record_that_says_the_impossible_is_a_loss_even_with_the_right_checksum(string text) =>
        Assert.That(PersistentReservationRecord.Read(WithChecksum(text)).IsLost, Is.True);

    private const string Sas = "0600000050000000000000ab000000000000000000000000";
    private const string One = "persistent-reservations 1\nregistration 7 0000000000000001 " + Sas + "\n";

    [Test]
    public void The_beginning_of_the_impossible_ones_is_possible() =>
        Assert.That(
            PersistentReservationRecord.Read(WithChecksum(One + "reservation 1 0\n")).Reservation?.Type,
            Is.EqualTo(PersistentReservationType.WriteExclusive));

    [Test]
    public void Random_bytes_and_random_lines_are_a_loss_and_never_throw()
    {
        NeverThrows(source => PersistentReservationRecord.Read(source).IsLost);
        ForAll(Bytes(60), bytes => PersistentReservationRecord.Read(bytes).IsLost);
        ForAll(
            Gen.Elements(
                "registration", "reservation", "crc32c", " ", " ", "\n", "\n", "7", "0000000000000001", "all", Sas, "-", "é").ArrayOf(),
            words => PersistentReservationRecord.Read(WithChecksum(One + string.Concat(words))) is not null);
    }

    [Test]
    public void The_checksum_is_crc32c()
    {
        Assert.That(Crc32C.Compute("123456789"u8), Is.EqualTo(0xE3069283));
        Assert.That(Crc32C.Compute(new byte[32]), Is.EqualTo(0x8A9136AA));
        Assert.That(Crc32C.Compute("6789"u8, Crc32C.Compute("12345"u8)), Is.EqualTo(0xE3069283));
        Assert.That(Crc32C.Compute(default), Is.Zero);
    }

    [Test]
    public void A_power_loss_leaves_only_what_was_to_survive_it()
    {
        var nexus = new NexusId(TransportId.Sas(1), 7);
        var kept = new PersistentReservationState([new(nexus, 1)], null, 5, aptpl: true);
        var dropped = new PersistentReservationState([new(nexus, 1)], null, 5, aptpl: false);
        Assert.That(kept.AfterPowerOn().HasRecordOf(kept), Is.True);
        Assert.That(kept.AfterPowerOn().Generation, Is.Zero);
        Assert.That(dropped.AfterPowerOn(), Is.SameAs(PersistentReservationState.Empty));
        Assert.That(PersistentReservationState.Lost.AfterPowerOn().IsLost, Is.True);
    }

    private static byte[] Example()
    {
        var nexus = new NexusId(TransportId.Iscsi("iqn.2026-01.example:a", 1), 7);
        return PersistentReservationRecord.Write(new PersistentReservationState(
            [new(nexus, 0xABC), new(nexus with { RelativeTargetPort = 8 }, 0xABC)],
            new(PersistentReservationType.ExclusiveAccess, nexus),
            5,
            true));
    }

    private static byte[] WithChecksum(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        return [.. bytes, .. Encoding.ASCII.GetBytes($"crc32c {Crc32C.Compute(bytes):x8}\n")];
    }

    private static PersistentReservationState StateOf(
        PersistentRegistration[] registrations,
        PersistentReservationType? type,
        int holder) => new(
        registrations,
        type is { } held && registrations.Length > 0
            ? PersistentReservation.Of(held, registrations[holder % registrations.Length].Nexus)
            : null,
        77,
        aptpl: true);
}
