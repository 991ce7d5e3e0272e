using System;
using System.Linq;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Core.Tests.Reservations.Persistent;

/// <summary>Single sentences of the standard. The walk beside the model goes through their combinations.</summary>
public class PersistentReserveOutTests
{
    private const int Register = 0;
    private const int Reserve = 1;
    private const int Release = 2;
    private const int Clear = 3;
    private const int Preempt = 4;
    private const int PreemptAndAbort = 5;
    private const int RegisterAndIgnore = 6;
    private const int RegisterAndMove = 7;
    private const int Replace = 8;

    private static readonly NexusId _a = Nexus("a", 1);
    private static readonly NexusId _b = Nexus("b", 1);
    private static readonly NexusId _c = Nexus("c", 1);

    private PersistentReservationState _state = PersistentReservationState.Empty;
    private PersistentReservationContext _context = null!;

    [SetUp]
    public void NobodyIsRegistered()
    {
        _state = PersistentReservationState.Empty;
        _context = new()
        {
            TargetPorts = [(1, ProtocolIdentifier.Iscsi), (2, ProtocolIdentifier.Iscsi), (3, ProtocolIdentifier.FibreChannel)],
            InitiatorPorts = [_a.InitiatorPort, _b.InitiatorPort, _c.InitiatorPort],
            CanPersist = true,
        };
    }

    [Test]
    public void Registering_nothing_changes_nothing_not_even_the_generation()
    {
        Good(_a, new ModelOrder(Register, 0, 0) { Aptpl = true });
        Good(_a, new ModelOrder(RegisterAndIgnore, 5, 0) { Aptpl = true });
        Assert.That(_state, Is.SameAs(PersistentReservationState.Empty));
    }

    [Test]
    public void Every_change_of_registrations_counts_and_reserving_and_releasing_does_not()
    {
        Good(_a, new ModelOrder(Register, 0, 1));
        Good(_a, new ModelOrder(Register, 1, 1));
        Good(_a, new ModelOrder(Reserve, 1));
        Good(_a, new ModelOrder(Release, 1));
        Conflict(_a, new ModelOrder(Register, 2, 3));
        Assert.That(_state.Generation, Is.EqualTo(2));
        Good(_a, new ModelOrder(Clear, 1));
        Assert.That(_state.Generation, Is.EqualTo(3));
    }

    [Test]
    public void The_generation_wraps()
    {
        _state = new PersistentReservationState([], null, uint.MaxValue, false);
        Good(_a, new ModelOrder(Register, 0, 1));
        Assert.That(_state.Generation, Is.Zero);
    }

    [Test]
    public void All_target_ports_are_those_of_the_initiators_transport()
    {
        Good(_a, new ModelOrder(Register, 0, 1) { AllTargetPorts = true });
        Assert.That(_state.Registrations.Select(registration => registration.Nexus.RelativeTargetPort), Is.EquivalentTo(new[] { 1, 2 }));
        Good(_a, new ModelOrder(Register, 1, 0) { AllTargetPorts = true });
        Assert.That(_state.Registrations, Is.Empty);
    }

    [Test]
    public void If_one_of_all_target_ports_has_another_key_nothing_is_registered()
    {
        Good(Nexus("a", 2), new ModelOrder(Register, 0, 9));
        Conflict(_a, new ModelOrder(Register, 0, 1) { AllTargetPorts = true });
        Assert.That(_state.Registrations, Has.Count.EqualTo(1));
    }

    [Test]
    public void Leaving_all_target_ports_does_not_need_a_registration_at_each()
    {
        Good(_a, new ModelOrder(Register, 0, 1));
        Good(_a, new ModelOrder(Register, 1, 0) { AllTargetPorts = true });
        Assert.That(_state.Registrations, Is.Empty);
    }

    [Test]
    public void A_node_stands_for_all_ports_of_it_that_are_known()
    {
        var second = TransportId.Iscsi("iqn.b", 2);
        _context = _context with { InitiatorPorts = [.. _context.InitiatorPorts, second] };
        Good(_a, new ModelOrder(Register, 0, 1) { SpecifiesPorts = true, Ports = [TransportId.IscsiDevice("IQN.B")] });
        Assert.That(
            _state.Registrations.Select(registration => registration.Nexus),
            Is.EquivalentTo(new[] { _a, _b, new NexusId(second, 1) }));
    }

    [Test]
    public void A_port_that_is_registered_already_spoils_the_whole_list()
    {
        Good(_b, new ModelOrder(Register, 0, 5));
        var order = new ModelOrder(Register, 0, 1) { SpecifiesPorts = true, Ports = [_c.InitiatorPort, _b.InitiatorPort] };
        Check(_a, order, SenseKey.IllegalRequest, AdditionalSense.InvalidFieldInParameterList, 28 + _c.InitiatorPort.Length);
        Assert.That(_state.Registrations, Has.Count.EqualTo(1));
    }

    [Test]
    public void More_registrations_than_there_is_room_for_are_refused_and_none_is_made()
    {
        _context = _context with { MaxRegistrations = 2 };
        var order = new ModelOrder(Register, 0, 1) { SpecifiesPorts = true, Ports = [_b.InitiatorPort, _c.InitiatorPort] };
        Check(_a, order, SenseKey.IllegalRequest, AdditionalSense.InsufficientRegistrationResources);
        Assert.That(_state.Registrations, Is.Empty);
    }

    [Test]
    public void Without_a_store_nothing_promises_to_survive_a_power_loss()
    {
        _context = _context with { CanPersist = false };
        Check(
            _a,
            new ModelOrder(Register, 0, 1) { Aptpl = true },
            SenseKey.IllegalRequest,
            AdditionalSense.InvalidFieldInParameterList,
            20);
        Good(_a, new ModelOrder(Register, 0, 1));
        Good(_a, new ModelOrder(Reserve, 1));
        var move = new ModelOrder(RegisterAndMove, 1, 2) { Aptpl = true, TargetPort = 1, Ports = [_b.InitiatorPort] };
        Check(_a, move, SenseKey.IllegalRequest, AdditionalSense.InvalidFieldInParameterList, 17);
    }

    [Test]
    public void Only_the_holder_releases_and_only_with_the_type_that_it_has()
    {
        RegisterThree();
        Good(_a, new ModelOrder(Reserve, 1) { Type = 5 });
        Good(_b, new ModelOrder(Release, 2) { Type = 5 });
        Assert.That(_state.Reservation, Is.Not.Null);
        Check(
            _a,
            new ModelOrder(Release, 1) { Type = 6 },
            SenseKey.IllegalRequest,
            AdditionalSense.InvalidReleaseOfPersistentReservation);
        PersistentReserveOutOutcome outcome = Good(_a, new ModelOrder(Release, 1) { Type = 5 });
        Assert.That(_state.Reservation, Is.Null);
        Assert.That(
            outcome.UnitAttentions,
            Is.EquivalentTo(new[] { (_b, AdditionalSense.ReservationsReleased), (_c, AdditionalSense.ReservationsReleased) }));
    }

    [Test]
    public void A_reservation_of_one_is_released_without_telling_anybody()
    {
        RegisterThree();
        Good(_a, new ModelOrder(Reserve, 1) { Type = 3 });
        Assert.That(Good(_a, new ModelOrder(Release, 1) { Type = 3 }).UnitAttentions, Is.Empty);
    }

    [Test]
    public void The_wrong_key_is_a_conflict_before_anything_else_is_looked_at()
    {
        RegisterThree();
        Conflict(_a, new ModelOrder(Reserve, 7) { Scope = 1, Type = 0 });
        Conflict(_a, new ModelOrder(Release, 7));
        Conflict(_a, new ModelOrder(Preempt, 7, 0));
        Conflict(_a, new ModelOrder(RegisterAndMove, 7, 0) { Ports = [_b.InitiatorPort] });
    }

    [Test]
    public void Preempting_the_holder_takes_the_reservation_and_aborts_only_if_asked([Values] bool aborts)
    {
        RegisterThree();
        Good(_a, new ModelOrder(Reserve, 1) { Type = 5 });
        PersistentReserveOutOutcome outcome = Good(_b, new ModelOrder(aborts ? PreemptAndAbort : Preempt, 2, 1) { Type = 6 });
        Assert.That(
            _state.Reservation,
            Is.EqualTo(new PersistentReservation(PersistentReservationType.ExclusiveAccessRegistrantsOnly, _b)));
        Assert.That(_state.KeyOf(_a), Is.Null);
        Assert.That(
            outcome.UnitAttentions,
            Is.EquivalentTo(new[] { (_a, AdditionalSense.RegistrationsPreempted), (_c, AdditionalSense.ReservationsReleased) }));
        Assert.That(outcome.Aborts, Is.EqualTo(aborts ? [_a] : Array.Empty<NexusId>()));
    }

    [Test]
    public void A_holder_that_preempts_itself_stays_registered_and_has_its_commands_aborted()
    {
        RegisterThree();
        Good(_a, new ModelOrder(Reserve, 1) { Type = 1 });
        PersistentReserveOutOutcome outcome = Good(_a, new ModelOrder(PreemptAndAbort, 1, 1) { Type = 3 });
        Assert.That(_state.KeyOf(_a), Is.EqualTo(1));
        Assert.That(_state.Reservation?.Type, Is.EqualTo(PersistentReservationType.ExclusiveAccess));
        Assert.That(outcome.Aborts, Is.EqualTo(new[] { _a }));
    }

    [Test]
    public void Zero_preempts_all_other_registrants_and_aborts_for_all()
    {
        RegisterThree();
        Good(_a, new ModelOrder(Reserve, 1) { Type = 8 });
        PersistentReserveOutOutcome outcome = Good(_b, new ModelOrder(PreemptAndAbort, 2, 0) { Type = 8 });
        Assert.That(_state.Registrations.Select(registration => registration.Nexus), Is.EqualTo(new[] { _b }));
        Assert.That(
            outcome.UnitAttentions,
            Is.EquivalentTo(new[] { (_a, AdditionalSense.RegistrationsPreempted), (_c, AdditionalSense.RegistrationsPreempted) }));
        Assert.That(outcome.Aborts, Is.EquivalentTo(new[] { _a, _b, _c }));
    }

    [Test]
    public void Preempting_the_last_of_all_registrants_releases_the_reservation()
    {
        Good(_a, new ModelOrder(Register, 0, 1));
        Good(_a, new ModelOrder(Reserve, 1) { Type = 7 });
        Good(_a, new ModelOrder(Preempt, 1, 1) { Type = 7 });
        Assert.That(_state.Registrations, Is.Empty);
        Assert.That(_state.Reservation, Is.Null);
    }

    [Test]
    public void A_moved_reservation_is_held_by_its_destination_and_nobody_is_told()
    {
        RegisterThree();
        Good(_a, new ModelOrder(Reserve, 1) { Type = 5 });
        var order = new ModelOrder(RegisterAndMove, 1, 77) { Unregisters = true, TargetPort = 2, Ports = [Nexus("d", 2).InitiatorPort] };
        PersistentReserveOutOutcome outcome = Good(_a, order);
        Assert.That(_state.Reservation?.Holder, Is.EqualTo(Nexus("d", 2)));
        Assert.That(_state.KeyOf(Nexus("d", 2)), Is.EqualTo(77));
        Assert.That(_state.KeyOf(_a), Is.Null);
        Assert.That(outcome.UnitAttentions, Is.Empty);
    }

    [Test]
    public void Only_a_state_that_is_to_survive_is_stored_and_only_if_it_changed()
    {
        Assert.That(Good(_a, new ModelOrder(Register, 0, 1)).Record, Is.Null);
        Assert.That(IsOfState(Good(_a, new ModelOrder(Register, 1, 1) { Aptpl = true }).Record), Is.True);
        Assert.That(Good(_a, new ModelOrder(Register, 1, 1) { Aptpl = true }).Record, Is.Null);
        Assert.That(
            PersistentReservationRecord.Read(Good(_a, new ModelOrder(Reserve, 1)).Record!.Value.Span).HasRecordOf(_state),
            Is.True);
        Assert.That(Good(_a, new ModelOrder(Reserve, 1)).Record, Is.Null);
        ReadOnlyMemory<byte>? none = Good(_a, new ModelOrder(Register, 1, 1)).Record;
        Assert.That(none.HasValue && none.Value.IsEmpty, Is.True);
    }

    [Test]
    public void Replacing_what_is_not_lost_is_an_invalid_release()
    {
        Check(_a, new ModelOrder(Replace, 0, 1), SenseKey.IllegalRequest, AdditionalSense.InvalidReleaseOfPersistentReservation);
        RegisterThree();
        Good(_a, new ModelOrder(Reserve, 1));
        Check(_b, new ModelOrder(Replace, 0, 1), SenseKey.IllegalRequest, AdditionalSense.InvalidReleaseOfPersistentReservation);
        Conflict(Nexus("d", 1), new ModelOrder(Replace, 0, 1));
    }

    [Test]
    public void What_is_lost_locks_everybody_out_until_one_replaces_it()
    {
        _state = PersistentReservationState.Lost;
        for (int action = Register; action < Replace; action++)
        {
            Check(
                _a,
                new ModelOrder(action, 0, 1) { Ports = [_b.InitiatorPort] },
                SenseKey.DataProtect,
                AdditionalSense.PersistentReservationInformationLost);
        }
        PersistentReserveOutOutcome outcome = Good(_a, new ModelOrder(Replace, 0, 1) { Type = 6 });
        Assert.That(_state.IsLost, Is.False);
        Assert.That(_state.IsHolder(_a), Is.True);
        Assert.That(_state.Generation, Is.Zero);
        // The bad record goes, although the new state is not to survive.
        Assert.That(outcome.Record.HasValue && outcome.Record.Value.IsEmpty, Is.True);
    }

    [TestCase(0, false)]
    [TestCase(23, false)]
    [TestCase(24, true)]
    [TestCase(25, false)]
    public void A_list_of_another_length_than_the_cdb_or_the_format_says_is_refused(int length, bool isGood)
    {
        byte[] cdb = new ModelOrder(Register, 0, 1).Cdb();
        cdb[8] = (byte)length;
        Assert.That(PersistentReserveOutRequest.TryParse(new(cdb), new byte[length], out _, out Sense sense), Is.EqualTo(isGood));
        Assert.That(sense.Additional, Is.EqualTo(isGood ? default : AdditionalSense.ParameterListLengthError));
        // Fewer bytes came than PARAMETER LIST LENGTH said.
        cdb[8] = (byte)(length + 1);
        Assert.That(PersistentReserveOutRequest.TryParse(new(cdb), new byte[length], out _, out sense), Is.False);
    }

    [Test]
    public void A_transport_id_that_is_cut_short_is_pointed_at()
    {
        byte[] list = new ModelOrder(Register, 0, 1) { SpecifiesPorts = true, Ports = [_b.InitiatorPort, _c.InitiatorPort] }.List();
        list[27] -= 4;
        byte[] cdb = new ModelOrder(Register).Cdb();
        cdb[8] = (byte)list.Length;
        Assert.That(PersistentReserveOutRequest.TryParse(new(cdb), list, out _, out Sense sense), Is.False);
        Assert.That(sense, Is.EqualTo(Sense.InvalidFieldInParameterList(28 + _b.InitiatorPort.Length)));
    }

    [Test]
    public void A_state_that_cannot_be_is_refused()
    {
        Assert.That(() => new PersistentReservationState([new(_a, 0)], null, 0, false), Throws.ArgumentException);
        Assert.That(() => new PersistentReservationState([new(_a, 1), new(_a, 2)], null, 0, false), Throws.ArgumentException);
        Assert.That(
            () => new PersistentReservationState([new(_a, 1)], new((PersistentReservationType)2, _a), 0, false),
            Throws.ArgumentException);
        Assert.That(
            () => new PersistentReservationState([new(_a, 1)], new(PersistentReservationType.WriteExclusive, _b), 0, false),
            Throws.ArgumentException);
    }

    private bool IsOfState(ReadOnlyMemory<byte>? record) =>
        record is { } bytes && PersistentReservationRecord.Read(bytes.Span).HasRecordOf(_state);

    private static NexusId Nexus(string name, ushort port) => new(TransportId.Iscsi("iqn." + name, 1), port);

    private void RegisterThree()
    {
        Good(_a, new ModelOrder(Register, 0, 1));
        Good(_b, new ModelOrder(Register, 0, 2));
        Good(_c, new ModelOrder(Register, 0, 3));
    }

    private PersistentReserveOutOutcome Good(NexusId from, ModelOrder order)
    {
        PersistentReserveOutOutcome outcome = order.Run(_state, _context, from);
        Assert.That(outcome.Status, Is.EqualTo(ScsiStatus.Good), $"{order}: {outcome.Sense}");
        _state = outcome.State;
        return outcome;
    }

    private void Conflict(NexusId from, ModelOrder order)
    {
        PersistentReserveOutOutcome outcome = order.Run(_state, _context, from);
        Assert.That(outcome.Status, Is.EqualTo(ScsiStatus.ReservationConflict), $"{order}: {outcome.Sense}");
        Assert.That(outcome.State, Is.SameAs(_state));
    }

    private void Check(NexusId from, ModelOrder order, SenseKey key, AdditionalSense additional, int? at = null)
    {
        PersistentReserveOutOutcome outcome = order.Run(_state, _context, from);
        Assert.That(outcome.Status, Is.EqualTo(ScsiStatus.CheckCondition), order.ToString());
        Assert.That((outcome.Sense.Key, outcome.Sense.Additional), Is.EqualTo((key, additional)), order.ToString());
        Assert.That(outcome.State, Is.SameAs(_state));
        if (at is { } offset)
            Assert.That(outcome.Sense.FieldPointer?.ByteOffset, Is.EqualTo(offset));
    }
}
