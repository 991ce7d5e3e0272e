using System;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Protocol;

[TestFixture]
public class PduValidatorTests
{
    private const int Limit = 8192;

    [Test]
    public void A_plain_read_is_accepted()
    {
        Assert.That(Check(Command(read: true, write: false, expected: 512)).IsAccepted, Is.True);
    }

    [Test]
    public void Data_longer_than_declared_ends_the_connection()
    {
        var header = Command(read: false, write: true, expected: 1 << 20, data: Limit + 1);
        Assert.That(Check(header), Is.EqualTo(PduVerdict.Terminate(PduFault.DataSegmentTooLong)));
    }

    [Test]
    public void Data_as_long_as_declared_is_accepted()
    {
        Assert.That(Check(Command(read: false, write: true, expected: Limit, data: Limit)).IsAccepted, Is.True);
    }

    [Test]
    public void An_AHS_on_anything_but_a_command_ends_the_connection()
    {
        var header = new byte[48];
        DataOutPdu.Write(header, true, 0, 1, 2, default, default, 0, 0);
        header[4] = 1;
        Assert.That(Check(header), Is.EqualTo(PduVerdict.Terminate(PduFault.UnexpectedAhs)));
    }

    [TestCase(0x07)]
    [TestCase(0x1c)]
    [TestCase(0x20)]
    [TestCase(0x3f)]
    public void An_opcode_that_no_initiator_sends_is_not_supported(int opcode)
    {
        var header = new byte[48];
        header[0] = (byte)opcode;
        Assert.That(Check(header), Is.EqualTo(PduVerdict.Reject(PduFault.UnknownOpcode, RejectReason.CommandNotSupported)));
    }

    [Test]
    public void A_command_without_direction_that_expects_data_is_rejected()
    {
        AssertRejected(Command(read: false, write: false, expected: 1), PduFault.DirectionMissing, RejectReason.ProtocolError);
    }

    [Test]
    public void A_command_with_neither_W_nor_F_is_rejected()
    {
        AssertRejected(
            Command(read: true, write: false, expected: 1, final: false), PduFault.NeitherWriteNorFinal, RejectReason.ProtocolError);
    }

    [Test]
    public void Immediate_data_beyond_the_expected_length_is_rejected()
    {
        AssertRejected(
            Command(read: false, write: true, expected: 511, data: 512), PduFault.ImmediateDataTooLong, RejectReason.ProtocolError);
    }

    [Test]
    public void Immediate_data_of_a_read_is_rejected()
    {
        AssertRejected(
            Command(read: true, write: false, expected: 512, data: 4), PduFault.ImmediateDataWithoutWrite, RejectReason.ProtocolError);
    }

    [TestCase(5)]
    [TestCase(6)]
    [TestCase(7)]
    public void A_reserved_task_attribute_is_rejected(int attribute)
    {
        var header = Command(read: true, write: false, expected: 512);
        header[1] = (byte)((header[1] & 0xf8) | attribute);
        AssertRejected(header, PduFault.ReservedTaskAttribute, RejectReason.ProtocolError);
    }

    [Test]
    public void A_command_with_the_reserved_task_tag_is_rejected()
    {
        AssertRejected(
            Command(read: true, write: false, expected: 512, tag: 0xffff_ffff), PduFault.ReservedTaskTag, RejectReason.InvalidPduField);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_NOP_Out_without_task_tag_must_be_immediate(bool immediate)
    {
        var header = new byte[48];
        NopOutPdu.Write(header, immediate, 0, 0xffff_ffff, 7, default, default);
        Assert.That(Check(header), Is.EqualTo(
            immediate ? default : PduVerdict.Reject(PduFault.NopOutNotImmediate, RejectReason.ProtocolError)));
    }

    [Test]
    public void Text_with_C_and_F_is_rejected()
    {
        var header = new byte[48];
        TextRequestPdu.Write(header, false, true, true, 1, 0xffff_ffff, default, default, 0);
        AssertRejected(header, PduFault.ContinueAndFinal, RejectReason.ProtocolError);
    }

    [Test]
    public void SNACK_is_rejected_at_error_recovery_level_0()
    {
        var header = new byte[48];
        SnackRequestPdu.Write(header, SnackType.Status, 0, 0xffff_ffff, 0xffff_ffff, default, default, 0);
        AssertRejected(header, PduFault.SnackAtErrorRecoveryLevel0, RejectReason.SnackReject);
    }

    [Test]
    public void A_login_request_after_the_login_is_rejected()
    {
        var header = new byte[48];
        LoginRequestPdu.Write(header, false, false, default, default, 0, 0, 1, 0, default, default, 0);
        AssertRejected(header, PduFault.LoginInFullFeaturePhase, RejectReason.ProtocolError);
    }

    [TestCase(2, true)]
    [TestCase(3, false)]
    public void A_reserved_logout_reason_is_rejected(int reason, bool accepted)
    {
        var header = new byte[48];
        LogoutRequestPdu.Write(header, true, (LogoutReason)reason, 1, 0, default, default);
        Assert.That(Check(header).IsAccepted, Is.EqualTo(accepted));
    }

    [Test]
    public void Data_whose_end_does_not_fit_32_bits_is_rejected()
    {
        var header = new byte[48];
        DataOutPdu.Write(header, true, 0, 1, 2, default, default, 0xffff_fff0, 17);
        AssertRejected(header, PduFault.BufferOffsetOverflow, RejectReason.InvalidPduField);
    }

    [Test]
    public void Random_headers_never_throw()
    {
        Properties.Hold(
            Properties.Bytes(48),
            b =>
            {
                Array.Resize(ref b, 48);
                var verdict = Check(b);
                return verdict.IsAccepted == (verdict.Fault == PduFault.None);
            },
            3000);
    }

    private static void AssertRejected(byte[] header, PduFault fault, RejectReason reason)
    {
        Assert.That(Check(header), Is.EqualTo(PduVerdict.Reject(fault, reason)));
    }

    private static PduVerdict Check(byte[] bytes)
    {
        Assert.That(BasicHeader.TryRead(bytes, out var header), Is.True);
        return PduValidator.Check(header, Limit);
    }

    private static byte[] Command(bool read, bool write, uint expected, int data = 0, bool final = true, uint tag = 1)
    {
        var header = new byte[48];
        ScsiCommandPdu.Write(
            header, false, final, read, write, IscsiTaskAttribute.Simple, 0, 0, tag, expected, default, default, new byte[16], 0, data);
        return header;
    }
}
