using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.DeviceServer;

[TestFixture]
internal sealed class ReportTests : EngineFixture
{
    private static readonly CommandDescriptor[] _all =
    [
        .. SpcCommands.All
            .Concat(ReservationCommands.All)
            .Concat([ScriptedHandler.Read10, ScriptedHandler.Write10, ScriptedHandler.Synchronize])
            .OrderBy(command => command.Code)
            .ThenBy(command => command.ServiceAction),
    ];

    private LoopbackInitiator _initiator = null!;

    [SetUp]
    public void Connect() => _initiator = Login();

    [Test]
    public void All_commands_are_those_of_the_core_and_of_the_handler([Values] bool timeouts)
    {
        byte[] data = Fetch(_initiator, Cdbs.SupportedOperationCodes(0, timeouts: timeouts), 4096);
        Assert.That(SupportedOperationCodesData.TryParseAll(data, out IReadOnlyList<SupportedCommand>? commands));
        Assert.That(commands, Is.EqualTo(_all.Select(command => new SupportedCommand(
            command.Code,
            command.ServiceAction,
            (ushort)command.CdbLength,
            timeouts ? new CommandTimeouts(command.NominalTimeoutSeconds, command.RecommendedTimeoutSeconds) : null))));
        Assert.That(data, Has.Length.EqualTo(4 + (_all.Length * (timeouts ? 20 : 8))));
    }

    [TestCaseSource(nameof(_all))]
    public void Each_command_is_reported_alone_with_its_usage(CommandDescriptor command)
    {
        byte options = (byte)(command.ServiceAction is null ? 1 : 2);
        byte[] data = Fetch(
            _initiator,
            Cdbs.SupportedOperationCodes(options, (byte)command.Code, command.ServiceAction ?? 0, timeouts: true),
            512);
        Assert.That(SupportedOperationCodesData.TryParseOne(data, out CommandSupport support, out var usage, out var timeouts));
        Assert.That(support, Is.EqualTo(CommandSupport.Supported));
        Assert.That(usage.ToArray(), Is.EqualTo(command.Usage.ToArray()));
        Assert.That(timeouts, Is.EqualTo(new CommandTimeouts(command.NominalTimeoutSeconds, command.RecommendedTimeoutSeconds)));
    }

    // SPC-6: 001b for an operation code with service actions and 010b for one without are INVALID FIELD IN CDB.
    [TestCase(1, 0xA3, 0x0C)]
    [TestCase(2, 0x28, 0)]
    [TestCase(4, 0x28, 0)]
    [TestCase(7, 0x28, 0)]
    public void A_question_that_cannot_be_answered_is_refused(byte options, byte code, int serviceAction) =>
        Expect.InvalidFieldInCdb(Run(_initiator, Cdbs.SupportedOperationCodes(options, code, (ushort)serviceAction), dataIn: 512), 2, 2);

    [TestCase(1, 0xC7, 0)]
    [TestCase(2, 0xA3, 0x1F)]
    [TestCase(3, 0x28, 5)]
    public void A_command_that_there_is_not_is_reported_as_not_supported(byte options, byte code, int serviceAction)
    {
        byte[] data = Fetch(_initiator, Cdbs.SupportedOperationCodes(options, code, (ushort)serviceAction), 512);
        Assert.That(data[1] & 0x07, Is.EqualTo(1));
    }

    // SPC-6: ABORT TASK, ABORT TASK SET, CLEAR TASK SET, LOGICAL UNIT RESET, QUERY TASK, TARGET RESET; byte 1: QUERY
    // ASYNCHRONOUS EVENT, QUERY TASK SET, I_T NEXUS RESET.
    [Test]
    public void The_task_management_functions_are_those_that_work()
    {
        Assert.That(Fetch(_initiator, Cdbs.SupportedTaskManagement(false), 64), Is.EqualTo(new byte[] { 0xDE, 0x07, 0, 0 }));
        byte[] extended = Fetch(_initiator, Cdbs.SupportedTaskManagement(true), 64);
        Assert.That(extended, Has.Length.EqualTo(16));
        Assert.That(extended[..4], Is.EqualTo(new byte[] { 0xDE, 0x07, 0, 0x0C }));
    }

    [TestCase(15)]
    [TestCase(0)]
    public void Report_luns_wants_room_for_sixteen_bytes(int length) =>
        Expect.InvalidFieldInCdb(Run(_initiator, Cdbs.ReportLuns(length), dataIn: 64), 6);

    // SPC-6, SELECT REPORT: 00h and 02h all that can be accessed; 01h well known logical units, of which there is none.
    [Test]
    public void Select_report_chooses_what_is_listed()
    {
        byte[] one = [0, 0, 0, 8, .. new byte[12]];
        Assert.That(Fetch(_initiator, Cdbs.ReportLuns(select: 0), 64), Is.EqualTo(one));
        Assert.That(Fetch(_initiator, Cdbs.ReportLuns(select: 2), 64), Is.EqualTo(one));
        Assert.That(Fetch(_initiator, Cdbs.ReportLuns(select: 1), 64), Is.EqualTo(new byte[8]));
        Expect.InvalidFieldInCdb(Run(_initiator, Cdbs.ReportLuns(select: 3), dataIn: 64), 2);
    }

    [Test]
    public void A_claimed_length_of_gigabytes_costs_no_memory()
    {
        byte[] cdb = Cdbs.ReportLuns(-1);
        Assert.That(Fetch(_initiator, cdb, 64), Has.Length.EqualTo(16));
        Assert.That(Engine.BufferPool.AllocatedBytes, Is.LessThanOrEqualTo(1 << 20));
    }

    [Test]
    public void A_unit_that_is_not_ready_says_so()
    {
        Unit.NotReady = Sense.NotReady(AdditionalSense.MediumNotPresent);
        Expect.Check(Run(_initiator, Cdbs.TestUnitReady), 0x2, 0x3A00);
        Expect.Check(Run(_initiator, Cdbs.Read(0, 1), dataIn: 512), 0x2, 0x3A00);
        byte[] sense = Fetch(_initiator, Cdbs.RequestSense(), 252);
        Assert.That(new[] { sense[2], sense[12], sense[13] }, Is.EqualTo(new byte[] { 0x02, 0x3A, 0x00 }));
        Expect.Good(Run(_initiator, Cdbs.Inquiry(96), dataIn: 96));
        Unit.NotReady = null;
        Expect.Good(Run(_initiator, Cdbs.TestUnitReady));
    }

    [Test]
    public void An_unknown_service_action_is_a_wrong_field() =>
        Expect.InvalidFieldInCdb(Run(_initiator, [0xA3, 0x1F, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0], dataIn: 64), 1, 4);

    [Test]
    public void A_cdb_that_ends_too_early_is_refused() => Expect.Check(Run(_initiator, [0x28, 0, 0, 0, 0, 0], dataIn: 512), 0x5, 0x0E03);

    [Test]
    public void Padding_after_a_cdb_is_ignored() => Expect.Good(Run(_initiator, [.. Cdbs.TestUnitReady, .. Pattern(10, 3)]));

    [Test]
    public void A_reserved_bit_in_a_cdb_is_pointed_at() => Expect.InvalidFieldInCdb(Run(_initiator, [0x00, 0, 0, 0x20, 0, 0]), 3, 5);

    // SAM-6, CONTROL byte: NACA is refused by a device server without ACA, which NORMACA says.
    [Test]
    public void Naca_is_refused() => Expect.InvalidFieldInCdb(Run(_initiator, [0x00, 0, 0, 0, 0, 0x04]), 5, 2);

    // SAM-6, ACA tasks: without an ACA condition the ACA task attribute is an INVALID MESSAGE ERROR.
    [Test]
    public void The_aca_attribute_is_refused() =>
        Expect.Check(Run(_initiator, Cdbs.TestUnitReady, attribute: TaskAttribute.Aca), 0x5, 0x4900);
}
