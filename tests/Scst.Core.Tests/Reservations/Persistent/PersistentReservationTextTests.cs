using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Core.Tests.Protocol.Reservations;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Reservations.Persistent;

public class PersistentReservationTextTests
{
    private const string A = "iscsi:iqn.2026-01.example:a,i,0x000000000001";
    private const string First = "persistent-reservation-dump 1\n";
    private const string Head = First + "generation 5\npersist-through-power-loss yes\n";
    private const string One = Head + "registration 0x0000000000000abc 7 " + A + "\n";

    private static readonly NexusId _a = new(TransportId.Iscsi("iqn.2026-01.example:a", 1), 7);
    private static readonly NexusId _b = new(TransportId.Sas(0xAB), 8);

    private static readonly PersistentReservationContext _context = new()
    {
        TargetPorts = [(7, ProtocolIdentifier.Iscsi), (8, ProtocolIdentifier.Sas)],
        CanPersist = true,
        MaxRegistrations = 2,
    };

    private static Gen<PersistentReservationState> States { get; } =
        from registrations in (
            from port in Gen.Choose(1, ushort.MaxValue)
            from key in U64
            from initiator in Gen.OneOf(TransportIdTests.Any.Where(id => !id.IsIscsiDevice), U64.Select(UnusualName))
            select new PersistentRegistration(new NexusId(initiator, (ushort)port), Math.Max(key, 1))).ListOf()
        from type in Optional(Gen.Elements(Enum.GetValues<PersistentReservationType>().Where(type => type.IsDefined()).ToArray()))
        from holder in Gen.Choose(0, 100)
        from generation in Gen.OneOf(U64.Select(number => (uint)number), Gen.Elements(0u, 1u, uint.MaxValue))
        from aptpl in Gen.Elements(true, false)
        select StateOf([.. registrations.DistinctBy(registration => registration.Nexus).Take(12)], type, holder, generation, aptpl);

    [Test]
    public void A_dump_is_for_people()
    {
        var state = new PersistentReservationState(
            [new(_a, 0xABC), new(_b, 0xDEF)], new(PersistentReservationType.WriteExclusiveRegistrantsOnly, _a), 5, true);
        Assert.That(state.ToString(), Is.EqualTo(
            """
            persistent-reservation-dump 1
            generation 5
            persist-through-power-loss yes
            # registration: reservation key, relative target port identifier, initiator port
            registration 0x0000000000000abc 7 iscsi:iqn.2026-01.example:a,i,0x000000000001
            registration 0x0000000000000def 8 sas:00000000000000ab
            # reservation: type, relative target port identifier and initiator port of the holder
            reservation WriteExclusiveRegistrantsOnly 7 iscsi:iqn.2026-01.example:a,i,0x000000000001

            """.ReplaceLineEndings("\n")));
        Assert.That(PersistentReservationState.Lost.ToString(), Is.EqualTo(First + "information-lost\n"));
    }

    [Test]
    public void What_was_dumped_is_restored_where_the_information_was_lost() => ForAll(States, state =>
    {
        PersistentReservationState? restored = Read(state.ToString(), PersistentReservationState.Lost, ContextOf(state));
        return restored is { IsLost: false } && restored.HasRecordOf(state) && restored.Generation == state.Generation
            && restored.ToString() == state.ToString();
    });

    [Test]
    public void What_was_dumped_can_be_restored_at_once_and_changes_nothing_whatever_ports_there_are_now() => ForAll(States, state =>
    {
        PersistentReservationContext context = _context with { TargetPorts = [] };
        PersistentReservationState? restored = Read(state.ToString(), state, context);
        return restored is not null && PersistentReservationDifference.Replace(state, restored) is var outcome
            && ReferenceEquals(outcome.State, state) && outcome.Record is null && outcome.UnitAttentions.Count == 0;
    });

    [Test]
    public void Dumps_are_ascii() => ForAll(States, state => state.ToString().All(letter => letter is '\n' or (>= ' ' and <= '~')));

    [Test]
    public void Comments_spaces_empty_lines_and_line_endings_of_editors_say_nothing()
    {
        string edited = "# saved before the move\r\n\r\n"
            + ("\t" + One.Replace(" ", " \t ") + "# none").Replace("\n", "\r\n");
        PersistentReservationState restored = Read(edited, PersistentReservationState.Lost, _context)!;
        Assert.That(restored.Registrations, Is.EqualTo(new[] { new PersistentRegistration(_a, 0xABC) }));
        Assert.That(restored.Reservation, Is.Null);
        Assert.That((restored.Generation, restored.Aptpl), Is.EqualTo((5u, true)));
    }

    [TestCase("", 1, TestName = "Nothing")]
    [TestCase("persistent-reservations 1\ngeneration 5\npersist-through-power-loss yes", 1, TestName = "Another first line")]
    [TestCase(First + "persist-through-power-loss yes\n", 2, TestName = "No generation")]
    [TestCase(First + "generation 5\n", 2, TestName = "No APTPL")]
    [TestCase(First + "information-lost\ngeneration 5\npersist-through-power-loss no\n", 2, TestName = "A loss")]
    [TestCase(Head + "generation 5\n", 4, TestName = "Two generations")]
    [TestCase(Head + "persist-through-power-loss no\n", 4, TestName = "APTPL twice")]
    [TestCase(First + "generation 4294967296\npersist-through-power-loss yes\n", 2, TestName = "A generation too high")]
    [TestCase(First + "generation -1\npersist-through-power-loss yes\n", 2, TestName = "A generation below zero")]
    [TestCase(First + "generation 1 2\npersist-through-power-loss yes\n", 2, TestName = "A generation of two words")]
    [TestCase(First + "generation 5\npersist-through-power-loss maybe\n", 3, TestName = "APTPL of no known word")]
    [TestCase(Head + "something else\n", 4, TestName = "A word that means nothing")]
    [TestCase(Head + "registration 0x0000000000000000 7 " + A, 4, TestName = "A key of zero")]
    [TestCase(Head + "registration abc 7 " + A, 4, TestName = "A key of another form")]
    [TestCase(Head + "registration 0x000000000000000g 7 " + A, 4, TestName = "A key with a letter")]
    [TestCase(Head + "registration 0x0000000000000abc 0 " + A, 4, TestName = "Target port zero")]
    [TestCase(Head + "registration 0x0000000000000abc 65536 " + A, 4, TestName = "A target port too high")]
    [TestCase(Head + "registration 0x0000000000000abc 9 " + A, 4, TestName = "A target port that is not there")]
    [TestCase(Head + "registration 0x0000000000000abc 8 " + A, 4, TestName = "A target port of another transport")]
    [TestCase(Head + "registration 0x0000000000000abc 7", 4, TestName = "No initiator port")]
    [TestCase(Head + "registration 0x0000000000000abc 7 " + A + " holder", 4, TestName = "A word too many")]
    [TestCase(Head + "registration 0x0000000000000abc 7 iqn.2026-01.example:a", 4, TestName = "No transport")]
    [TestCase(Head + "registration 0x0000000000000abc 7 iscsi:iqn.2026-01.example:a", 4, TestName = "A node")]
    [TestCase(Head + "registration 0x0000000000000abc 7 iscsi:,i,0x000000000001", 4, TestName = "An empty name")]
    [TestCase(Head + "registration 0x0000000000000abc 7 iscsi:a,i,0x00000000001", 4, TestName = "An ISID too short")]
    [TestCase(Head + "registration 0x0000000000000abc 8 sas:ab", 4, TestName = "A SAS address too short")]
    [TestCase(Head + "registration 0x0000000000000abc 8 bytes:0600", 4, TestName = "Bytes that are no TransportID")]
    [TestCase(One + "registration 0x0000000000000def 7 " + A, 5, TestName = "One nexus twice")]
    [TestCase(One + "reservation WriteExclusive 7 iscsi:b,i,0x000000000001", 5, TestName = "A holder who is not registered")]
    [TestCase(One + "reservation WriteExclusive 8 " + A, 5, TestName = "A holder at another target port")]
    [TestCase(One + "reservation WriteExclusive all-registrants", 5, TestName = "All registrants for a type with one holder")]
    [TestCase(One + "reservation WriteExclusiveAllRegistrants 7 " + A, 5, TestName = "One holder for a type of all")]
    [TestCase(Head + "reservation WriteExclusiveAllRegistrants all-registrants", 4, TestName = "All of nobody")]
    [TestCase(One + "reservation 1 7 " + A, 5, TestName = "A type as a number")]
    [TestCase(One + "reservation Exclusive 7 " + A, 5, TestName = "No type")]
    [TestCase(One + "reservation", 5, TestName = "An empty reservation")]
    [TestCase(One + "reservation WriteExclusive 7 " + A + "\nreservation WriteExclusive 7 " + A, 6, TestName = "Two reservations")]
    public void What_is_wrong_is_named_by_its_line(string text, int line)
    {
        Assert.That(PersistentReservationText.TryRead(text, PersistentReservationState.Lost, _context, out var state, out var errors), Is.False);
        Assert.That(state, Is.Null);
        Assert.That(errors.Select(error => error.Line).Distinct(), Does.Contain(line));
        Assert.That(errors.Count(error => error.Line == line), Is.EqualTo(text.Length == 0 ? 3 : 1), string.Join("; ", errors));
    }

    [Test]
    public void All_that_is_wrong_is_named()
    {
        string text = First + "generation x\npersist-through-power-loss x\nregistration x 0 x\nreservation x 0 x\n";
        PersistentReservationText.TryRead(text, PersistentReservationState.Lost, _context, out _, out var errors);
        Assert.That(errors.Select(error => error.Line), Is.EqualTo(new[] { 2, 3, 4, 4, 4, 5, 5, 5 }));
        Assert.That(errors[0].ToString(), Does.StartWith("line 2: "));
    }

    [Test]
    public void What_the_logical_unit_cannot_keep_is_refused()
    {
        PersistentReservationText.TryRead(
            One, PersistentReservationState.Lost, _context with { CanPersist = false }, out _, out var errors);
        Assert.That(errors.Select(error => error.Line), Is.EqualTo(new[] { 3 }));
        string three = One + "registration 0x0000000000000001 7 iscsi:b,i,0x000000000001\nregistration 0x0000000000000001 8 fc:0000000000000001\n"
            + "registration 0x0000000000000001 8 sas:0000000000000001\n";
        PersistentReservationText.TryRead(three, PersistentReservationState.Lost, _context, out _, out errors);
        Assert.That(errors.Select(error => error.Line), Is.EqualTo(new[] { 6, 6, 7 }), "Fibre Channel at a SAS port, and too many twice.");
    }

    [TestCase(5u, 5u, 6u, TestName = "The generation does not stand still")]
    [TestCase(5u, 4u, 6u, TestName = "The generation does not go back")]
    [TestCase(5u, 9u, 9u, TestName = "The generation may go ahead")]
    [TestCase(uint.MaxValue, uint.MaxValue, 0u, TestName = "The generation wraps")]
    [TestCase(uint.MaxValue, 3u, 3u, TestName = "The generation may go ahead over its end")]
    public void When_something_changes_the_generation_goes_on(uint before, uint stated, uint after)
    {
        var state = new PersistentReservationState([new(_a, 1)], null, before, aptpl: true);
        PersistentReservationState restored = Read(One.Replace("generation 5", $"generation {stated}"), state, _context)!;
        Assert.That(restored.Generation, Is.EqualTo(after));
    }

    [Test]
    public void Random_lines_never_throw() => ForAll(
        Gen.Elements(
            "registration", "reservation", "generation", "persist-through-power-loss", " ", " ", "\n", "\n", "7", "0x0000000000000001",
            "all-registrants", "WriteExclusive", A, "bytes:", "iscsi:", "fc:", "é", "#", "5", "yes").ArrayOf(),
        words => PersistentReservationText.TryRead(
            First + string.Concat(words), PersistentReservationState.Empty, _context, out var state, out var errors)
            ? state is not null && errors.Count == 0
            : state is null && errors.Count > 0);

    [Test]
    public void Who_loses_what_is_told_so()
    {
        NexusId other = _a with { RelativeTargetPort = 9 };
        PersistentReservationState before = With(PersistentReservationType.WriteExclusiveRegistrantsOnly, _a, _a, _b, other);
        AssertTold(before, PersistentReservationState.Empty, (_a, 0x03), (_b, 0x03), (other, 0x03));
        AssertTold(before, With(null, null, _a, _b, other), (_a, 0x04), (_b, 0x04), (other, 0x04));
        AssertTold(before, With(PersistentReservationType.WriteExclusiveRegistrantsOnly, _b, _a, _b), (_a, 0x03), (_b, 0x04), (other, 0x05));
        AssertTold(before, With(PersistentReservationType.WriteExclusiveRegistrantsOnly, _a, _a, _b), (other, 0x05));
        AssertTold(PersistentReservationState.Lost, before);
        var otherKey = new PersistentReservationState([new(_a, 1), new(_b, 2), new(other, 1)], before.Reservation, 1, true);
        AssertTold(before, otherKey, (_b, 0x05));
    }

    private static void AssertTold(
        PersistentReservationState before, PersistentReservationState after, params (NexusId Nexus, byte Qualifier)[] told) =>
        Assert.That(
            PersistentReservationDifference.Replace(before, after).UnitAttentions,
            Is.EqualTo(told.Select(one => (one.Nexus, new AdditionalSense(0x2A, one.Qualifier)))));

    private static PersistentReservationState With(PersistentReservationType? type, NexusId? holder, params NexusId[] nexuses) => new(
        nexuses.Select(nexus => new PersistentRegistration(nexus, 1)), type is { } held ? new(held, holder) : null, 1, true);

    /// <summary>Names that are not ASCII, or begin as a comment does.</summary>
    private static TransportId UnusualName(ulong number) =>
        TransportId.Iscsi((number % 3) switch { 0 => "é\u2028", 1 => "#", _ => "\u00A0x" } + number, number >> 16);

    private static PersistentReservationContext ContextOf(PersistentReservationState state) => new()
    {
        TargetPorts =
        [
            .. state.Registrations.Select(one => (one.Nexus.RelativeTargetPort, one.Nexus.InitiatorPort.Protocol)).Distinct(),
        ],
        CanPersist = true,
    };

    private static PersistentReservationState? Read(
        string text, PersistentReservationState before, PersistentReservationContext context)
    {
        PersistentReservationText.TryRead(text, before, context, out PersistentReservationState? state, out var errors);
        Assert.That(state is null, Is.EqualTo(errors.Count > 0), string.Join("; ", errors));
        return state;
    }

    private static PersistentReservationState StateOf(
        PersistentRegistration[] registrations, PersistentReservationType? type, int holder, uint generation, bool aptpl) => new(
        registrations,
        type is { } held && registrations.Length > 0
            ? PersistentReservation.Of(held, registrations[holder % registrations.Length].Nexus)
            : null,
        generation,
        aptpl);
}
