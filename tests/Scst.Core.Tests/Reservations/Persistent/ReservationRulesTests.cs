using System.Linq;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Core.Tests.Reservations.Persistent;

public class ReservationRulesTests
{
    private const ReservationAccess Persistent =
        ReservationAccess.AllowedUnderWriteExclusive | ReservationAccess.AllowedUnderExclusiveAccess;

    [Test]
    public void The_commands_of_the_core_say_of_themselves_what_the_tables_say()
    {
        foreach (CommandDescriptor command in SpcCommands.All.Concat(OptionalCommands.All))
        {
            // All fields at their highest, and all at their lowest: commands with two rows meet both.
            byte[] highest = command.Usage.ToArray();
            byte[] lowest = [highest[0], command.ServiceAction is null ? (byte)0 : highest[1], .. new byte[highest.Length - 2]];
            foreach (byte[] cdb in (byte[][])[highest, lowest])
            {
                ReservationRule? rule = ReservationRules.Find(cdb);
                Assert.That(rule, Is.Not.Null, command.Name);
                Assert.That(command.AccessOf(cdb) & Persistent, Is.EqualTo(rule!.Access), command.Name);
            }
        }
    }

    [Test]
    public void Each_row_is_found_by_a_cdb_of_its_command_and_by_no_other()
    {
        foreach (ReservationRule rule in ReservationRules.All.Where(rule => rule.Condition is null))
        {
            var cdb = new byte[16];
            cdb[0] = (byte)rule.Code;
            // So that commands with two rows miss the condition of the other.
            cdb[4] = 0x02;
            if (rule.Code == OperationCode.VariableLength)
                (cdb[8], cdb[9]) = ((byte)(rule.ServiceAction!.Value >> 8), (byte)rule.ServiceAction.Value);
            else
                cdb[1] = (byte)rule.ServiceAction.GetValueOrDefault();
            Assert.That(ReservationRules.Find(cdb), Is.SameAs(rule), rule.Command);
        }
    }

    [Test]
    public void What_may_be_done_under_exclusive_access_may_be_done_under_write_exclusive() =>
        Assert.That(ReservationRules.All.Select(rule => rule.Access), Has.None.EqualTo(ReservationAccess.AllowedUnderExclusiveAccess));

    [Test]
    public void A_command_that_no_table_knows_has_no_row()
    {
        Assert.That(ReservationRules.Find([0xC0, 0, 0, 0, 0, 0]), Is.Null);
        Assert.That(ReservationRules.Find([]), Is.Null);
        Assert.That(ReservationRules.Find([0xA3]), Is.Null);
        Assert.That(ReservationRules.Find([0x7F, 0, 0, 0, 0, 0, 0, 0, 0]), Is.Null);
        Assert.That(ReservationRules.Find([0x1B, 0, 0, 0])!.Access, Is.EqualTo(ReservationAccess.None));
    }

    [Test]
    public void While_information_is_lost_a_command_that_no_table_knows_is_kept_out()
    {
        var command = new CommandDescriptor
        {
            Code = (OperationCode)0xC0,
            Name = "VENDOR",
            Usage = new byte[6],
            Access = ReservationAccess.Always,
        };
        var nexus = new NexusId(TransportId.Sas(1), 1);
        Assert.That(
            ReservationRules.Check(PersistentReservationState.Lost, nexus, command, [0xC0, 0, 0, 0, 0, 0]),
            Is.EqualTo(ReservationVerdict.InformationLost));
        Assert.That(
            ReservationRules.Check(PersistentReservationState.Empty, nexus, command, [0xC0, 0, 0, 0, 0, 0]),
            Is.EqualTo(ReservationVerdict.Allowed));
    }

    [Test]
    public void While_information_is_lost_only_its_replacement_gets_through_of_persistent_reserve_out()
    {
        var command = new CommandDescriptor
        {
            Code = OperationCode.PersistentReserveOut,
            Name = "PERSISTENT RESERVE OUT",
            Usage = new byte[10],
            Access = Persistent,
        };
        var nexus = new NexusId(TransportId.Sas(1), 1);
        for (byte action = 0; action < 32; action++)
        {
            ReservationVerdict expected = action == 8 ? ReservationVerdict.Allowed : ReservationVerdict.InformationLost;
            Assert.That(
                ReservationRules.Check(PersistentReservationState.Lost, nexus, command, [0x5F, action, 0, 0, 0, 0, 0, 0, 24, 0]),
                Is.EqualTo(expected));
        }
    }

    [Test]
    public void The_rules_of_the_service_actions_are_in_the_order_of_their_codes()
    {
        Assert.That(PersistentReserveOutRule.All.Select(rule => (int)rule.ServiceAction), Is.EqualTo(Enumerable.Range(0, 9)));
        Assert.That(
            PersistentReserveOutRule.All.Select(rule => (rule.FromRegistered ? "A" : "C") + (rule.FromUnregistered ? "A" : "C")),
            Is.EqualTo(ModelTables.ServiceActions));
        Assert.That(PersistentReserveOutRule.Find((PersistentReserveOutServiceAction)9), Is.Null);
    }

    [TestCase(PersistentReservationType.WriteExclusive, "GCC")]
    [TestCase(PersistentReservationType.ExclusiveAccess, "GCC")]
    [TestCase(PersistentReservationType.WriteExclusiveRegistrantsOnly, "GGC")]
    [TestCase(PersistentReservationType.ExclusiveAccessRegistrantsOnly, "GGC")]
    [TestCase(PersistentReservationType.WriteExclusiveAllRegistrants, "GGC")]
    [TestCase(PersistentReservationType.ExclusiveAccessAllRegistrants, "GGC")]
    [TestCase(null, "CCC")]
    public void The_reserve_of_spc_2_is_good_for_those_with_part_in_the_reservation(object? type, string expected)
    {
        NexusId[] nexuses = [.. Enumerable.Range(1, 3).Select(number => new NexusId(TransportId.Sas((ulong)number), 1))];
        PersistentReservation? reservation = type is PersistentReservationType held ? PersistentReservation.Of(held, nexuses[0]) : null;
        var state = new PersistentReservationState([new(nexuses[0], 1), new(nexuses[1], 2)], reservation, 0, false);
        Assert.That(
            string.Concat(nexuses.Select(nexus => Spc2Compatibility.StatusOf(state, nexus) == ScsiStatus.Good ? "G" : "C")),
            Is.EqualTo(expected));
        Assert.That(nexuses.Select(nexus => Spc2Compatibility.StatusOf(PersistentReservationState.Empty, nexus)), Has.All.Null);
    }
}
