using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>SPC-2 5.5.1 and 7.21: RESERVE and RELEASE of the whole logical unit.</summary>
[TestFixture]
internal sealed class ReserveReleaseTests : EngineFixture
{
    private LoopbackInitiator _holder = null!;
    private LoopbackInitiator _other = null!;

    private static IEnumerable<TestCaseData> Commands()
    {
        TestCaseData Case(string name, byte[] cdb, bool allowed, int dataIn = 0, int dataOut = 0) =>
            new TestCaseData(cdb, allowed, dataIn, dataOut).SetArgDisplayNames(name, allowed ? "allowed" : "conflict");

        yield return Case("TEST UNIT READY", Cdbs.TestUnitReady, false);
        yield return Case("REQUEST SENSE", Cdbs.RequestSense(), true, 252);
        yield return Case("INQUIRY", Cdbs.Inquiry(96), true, 96);
        yield return Case("INQUIRY EVPD", Cdbs.Inquiry(96, 0x83), true, 96);
        yield return Case("REPORT LUNS", Cdbs.ReportLuns(), true, 64);
        yield return Case("READ(10)", Cdbs.Read(0, 1), false, 512);
        yield return Case("WRITE(10)", Cdbs.Write(0, 1), false, 0, 512);
        yield return Case("SYNCHRONIZE CACHE(10)", Cdbs.Synchronize, false);
        yield return Case("MODE SENSE(6)", Cdbs.ModeSense6(0x3F), false, 255);
        yield return Case("MODE SENSE(10)", Cdbs.ModeSense10(0x3F), false, 255);
        yield return Case("MODE SELECT(6)", Cdbs.ModeSelect6(0), false);
        yield return Case("MODE SELECT(10)", Cdbs.ModeSelect10(0), false);
        yield return Case("RESERVE(6)", Cdbs.Reserve6, false);
        yield return Case("RESERVE(10)", Cdbs.Reserve10, false);
        yield return Case("RELEASE(6)", Cdbs.Release6, true);
        yield return Case("RELEASE(10)", Cdbs.Release10, true);
        yield return Case("REPORT SUPPORTED OPERATION CODES", Cdbs.SupportedOperationCodes(0), false, 4096);
    }

    [SetUp]
    public void Connect()
    {
        _holder = Login("holder");
        _other = Login("other");
    }

    [TestCaseSource(nameof(Commands))]
    public void While_one_nexus_holds_the_unit_others_may_only(byte[] cdb, bool allowed, int dataIn, int dataOut)
    {
        byte[]? data = dataOut == 0 ? null : Pattern(dataOut, 1);
        Expect.Good(Run(_holder, Cdbs.Reserve6));
        LoopbackResult result = Run(_other, cdb, data, dataIn);
        if (allowed)
            Expect.Good(result);
        else
            Expect.Status(result, ScsiStatus.ReservationConflict);
        Expect.Good(Run(_holder, cdb, data, dataIn));
    }

    [Test]
    public void A_refused_write_changes_nothing()
    {
        Expect.Good(Run(_holder, Cdbs.Reserve10));
        Expect.Status(Run(_other, Cdbs.Write(0, 1), Pattern(512, 1)), ScsiStatus.ReservationConflict);
        Assert.That(Disk.Medium.Take(512), Is.All.Zero);
    }

    [Test]
    public void Six_and_ten_bytes_are_one_reservation([Values] bool reserveTen, [Values] bool releaseTen)
    {
        Expect.Good(Run(_holder, reserveTen ? Cdbs.Reserve10 : Cdbs.Reserve6));
        Expect.Good(Run(_holder, reserveTen ? Cdbs.Reserve6 : Cdbs.Reserve10));
        Expect.Status(Run(_other, Cdbs.TestUnitReady), ScsiStatus.ReservationConflict);
        Expect.Good(Run(_holder, releaseTen ? Cdbs.Release10 : Cdbs.Release6));
        Expect.Good(Run(_other, Cdbs.Reserve6));
    }

    [Test]
    public void Releasing_what_another_holds_changes_nothing()
    {
        Expect.Good(Run(_holder, Cdbs.Reserve6));
        Expect.Good(Run(_other, Cdbs.Release6));
        Expect.Status(Run(_other, Cdbs.TestUnitReady), ScsiStatus.ReservationConflict);
    }

    [Test]
    public void Releasing_what_nobody_holds_is_no_error() => Expect.Good(Run(_holder, Cdbs.Release10));

    // Third-party reservations, extents and long ids are obsolete: 3RDPTY bit 4, LONGID bit 1, extent bit 0 of byte 1.
    [TestCase(0x10, 4)]
    [TestCase(0x02, 1)]
    [TestCase(0x01, 0)]
    public void Third_parties_and_extents_are_refused(byte options, int bit)
    {
        Expect.InvalidFieldInCdb(Run(_holder, [0x56, options, 0, 0, 0, 0, 0, 0, 0, 0]), 1, bit);
        Expect.Good(Run(_other, Cdbs.Reserve6));
    }

    [Test]
    public async Task Logging_out_releases()
    {
        Expect.Good(Run(_holder, Cdbs.Reserve6));
        await _other.CloseAsync();
        LoopbackInitiator third = Login("third");
        Expect.Status(Run(third, Cdbs.TestUnitReady), ScsiStatus.ReservationConflict);
        await _holder.CloseAsync();
        Expect.Good(Run(third, Cdbs.TestUnitReady));
    }

    [TestCase(TaskManagementFunction.LogicalUnitReset, 0x2903)]
    [TestCase(TaskManagementFunction.TargetReset, 0x2903)]
    public async Task A_reset_by_anybody_releases(TaskManagementFunction function, int attention)
    {
        Expect.Good(Run(_holder, Cdbs.Reserve6));
        await Manage(_other, function);
        Expect.Check(Run(_other, Cdbs.TestUnitReady), 0x6, attention);
        Expect.Good(Run(_other, Cdbs.TestUnitReady));
    }

    [Test]
    public async Task The_reset_of_a_nexus_releases_what_it_holds()
    {
        Expect.Good(Run(_holder, Cdbs.Reserve6));
        await Manage(_other, TaskManagementFunction.ITNexusReset);
        Expect.Check(Run(_other, Cdbs.TestUnitReady), 0x6, 0x2907);
        Expect.Status(Run(_other, Cdbs.TestUnitReady), ScsiStatus.ReservationConflict);
        await Manage(_holder, TaskManagementFunction.ITNexusReset);
        Expect.Good(Run(_other, Cdbs.TestUnitReady));
    }

    [TestCase(TaskManagementFunction.AbortTaskSet)]
    [TestCase(TaskManagementFunction.ClearTaskSet)]
    public async Task Aborting_commands_does_not_release(TaskManagementFunction function)
    {
        Expect.Good(Run(_holder, Cdbs.Reserve6));
        await Manage(_other, function);
        await Manage(_holder, function);
        Expect.Status(Run(_other, Cdbs.TestUnitReady), ScsiStatus.ReservationConflict);
    }

    [Test]
    public void Another_logical_unit_is_not_reserved()
    {
        LogicalUnit second = Add("second", new ScriptedHandler());
        Target target = Driver.AddTarget("two", new TargetOptions { DefaultGroup = AccessControlGroup.Of(Unit, second) });
        LoopbackInitiator initiator = Login("initiator", target, 0, 1);
        Expect.Good(Run(_holder, Cdbs.Reserve6));
        Expect.Status(Run(initiator, Cdbs.TestUnitReady, lun: 0), ScsiStatus.ReservationConflict);
        Expect.Good(Run(initiator, Cdbs.TestUnitReady, lun: 1));
    }
}
