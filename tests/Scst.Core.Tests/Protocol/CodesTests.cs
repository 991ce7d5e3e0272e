using System;
using System.Linq;
using System.Reflection;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Core.Tests.Protocol;

public class CodesTests
{
    [Test]
    public void No_two_additional_senses_have_the_same_code()
    {
        var all = typeof(AdditionalSense).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Select(property => (AdditionalSense)property.GetValue(null)!).ToArray();
        Assert.That(all, Is.Unique.And.Length.GreaterThan(100));
    }

    // SPC-6, ASC and ASCQ assignments.
    [TestCase(nameof(AdditionalSense.InvalidCommandOperationCode), 0x20, 0x00)]
    [TestCase(nameof(AdditionalSense.LogicalBlockAddressOutOfRange), 0x21, 0x00)]
    [TestCase(nameof(AdditionalSense.InvalidFieldInCdb), 0x24, 0x00)]
    [TestCase(nameof(AdditionalSense.LogicalUnitNotSupported), 0x25, 0x00)]
    [TestCase(nameof(AdditionalSense.InvalidFieldInParameterList), 0x26, 0x00)]
    [TestCase(nameof(AdditionalSense.InvalidReleaseOfPersistentReservation), 0x26, 0x04)]
    [TestCase(nameof(AdditionalSense.ParameterListLengthError), 0x1A, 0x00)]
    [TestCase(nameof(AdditionalSense.WriteProtected), 0x27, 0x00)]
    [TestCase(nameof(AdditionalSense.SpaceAllocationFailedWriteProtect), 0x27, 0x07)]
    [TestCase(nameof(AdditionalSense.PowerOnResetOrBusDeviceResetOccurred), 0x29, 0x00)]
    [TestCase(nameof(AdditionalSense.ITNexusLossOccurred), 0x29, 0x07)]
    [TestCase(nameof(AdditionalSense.ModeParametersChanged), 0x2A, 0x01)]
    [TestCase(nameof(AdditionalSense.ReservationsPreempted), 0x2A, 0x03)]
    [TestCase(nameof(AdditionalSense.ReservationsReleased), 0x2A, 0x04)]
    [TestCase(nameof(AdditionalSense.RegistrationsPreempted), 0x2A, 0x05)]
    [TestCase(nameof(AdditionalSense.AsymmetricAccessStateChanged), 0x2A, 0x06)]
    [TestCase(nameof(AdditionalSense.CapacityDataHasChanged), 0x2A, 0x09)]
    [TestCase(nameof(AdditionalSense.TimestampChanged), 0x2A, 0x10)]
    [TestCase(nameof(AdditionalSense.LogicalUnitFailedSelfTest), 0x3E, 0x03)]
    [TestCase(nameof(AdditionalSense.CommandsClearedByAnotherInitiator), 0x2F, 0x00)]
    [TestCase(nameof(AdditionalSense.SavingParametersNotSupported), 0x39, 0x00)]
    [TestCase(nameof(AdditionalSense.InquiryDataHasChanged), 0x3F, 0x03)]
    [TestCase(nameof(AdditionalSense.ReportedLunsDataHasChanged), 0x3F, 0x0E)]
    [TestCase(nameof(AdditionalSense.InternalTargetFailure), 0x44, 0x00)]
    [TestCase(nameof(AdditionalSense.PersistentReservationInformationLost), 0x44, 0x01)]
    [TestCase(nameof(AdditionalSense.OverlappedCommandsAttempted), 0x4E, 0x00)]
    [TestCase(nameof(AdditionalSense.InsufficientResources), 0x55, 0x03)]
    [TestCase(nameof(AdditionalSense.ProtocolServiceCrcError), 0x47, 0x05)]
    [TestCase(nameof(AdditionalSense.UnexpectedUnsolicitedData), 0x0C, 0x0C)]
    [TestCase(nameof(AdditionalSense.NotEnoughUnsolicitedData), 0x0C, 0x0D)]
    public void An_additional_sense_has_the_code_that_the_standard_gives_it(string name, byte code, byte qualifier) =>
        Assert.That(typeof(AdditionalSense).GetProperty(name)!.GetValue(null), Is.EqualTo(new AdditionalSense(code, qualifier)));

    [Test]
    public void An_additional_sense_is_shown_in_hexadecimal() =>
        Assert.That(AdditionalSense.ReportedLunsDataHasChanged.ToString(), Is.EqualTo("3Fh/0Eh"));

    // SAM-6, status codes.
    [TestCase(ScsiStatus.Good, 0x00)]
    [TestCase(ScsiStatus.CheckCondition, 0x02)]
    [TestCase(ScsiStatus.ConditionMet, 0x04)]
    [TestCase(ScsiStatus.Busy, 0x08)]
    [TestCase(ScsiStatus.ReservationConflict, 0x18)]
    [TestCase(ScsiStatus.TaskSetFull, 0x28)]
    [TestCase(ScsiStatus.AcaActive, 0x30)]
    [TestCase(ScsiStatus.TaskAborted, 0x40)]
    public void A_status_has_the_code_that_the_standard_gives_it(ScsiStatus status, byte code) =>
        Assert.That((byte)status, Is.EqualTo(code));

    [Test]
    public void No_two_operation_codes_are_the_same() =>
        Assert.That(Enum.GetValuesAsUnderlyingType<OperationCode>(), Is.Unique);
}
