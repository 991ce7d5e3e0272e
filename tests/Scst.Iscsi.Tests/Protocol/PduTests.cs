using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Protocol;

/// <summary>Every PDU read back gives what was written, for any values of its fields.</summary>
[TestFixture]
public class PduTests
{
    private readonly record struct Fields(uint A, uint B, uint C, uint D, uint E, ulong Lun, int Length, byte Byte, bool Flag, bool Other)
    {
        public SerialNumber32 SA => new(A);

        public SerialNumber32 SB => new(B);

        public SerialNumber32 SC => new(C);

        public SerialNumber32 SD => new(D);

        public TargetNumbers Numbers => new(new(C), new(D), new(E));
    }

    private static readonly Gen<Fields> _fields =
        from a in Properties.UInt32()
        from b in Properties.UInt32()
        from c in Properties.UInt32()
        from d in Properties.UInt32()
        from e in Properties.UInt32()
        from lun in Properties.UInt64()
        from length in Gen.Choose(0, 0xff_ffff)
        from value in Gen.Choose(0, 255)
        from flag in Gen.Elements(true, false)
        from other in Gen.Elements(true, false)
        select new Fields(a, b, c, d, e, lun, length, (byte)value, flag, other);

    [Test]
    public void NOP_Out_round_trips() => RoundTrip(
        (h, f) => NopOutPdu.Write(h, f.Flag, f.Lun, f.A, f.B, f.SC, f.SD, f.Length),
        (h, f) =>
        {
            var p = new NopOutPdu(h);
            return h.Opcode == IscsiOpcode.NopOut && h.IsImmediate == f.Flag && h.IsFinal && h.Lun == f.Lun && h.InitiatorTaskTag == f.A
                && p.TargetTransferTag == f.B && p.CmdSN == f.SC && p.ExpStatSN == f.SD && h.DataSegmentLength == f.Length;
        });

    [Test]
    public void SCSI_Command_round_trips() => RoundTrip(
        (h, f) => ScsiCommandPdu.Write(
            h, f.Flag, f.Other, f.Flag, f.Other, (IscsiTaskAttribute)(f.Byte % 5), (byte)(f.Byte & 15), f.Lun, f.A, f.B, f.SC, f.SD,
            Enumerable.Repeat(f.Byte, 16).ToArray(), f.Byte / 4 * 4, f.Length),
        (h, f) =>
        {
            var p = new ScsiCommandPdu(h);
            return h.Opcode == IscsiOpcode.ScsiCommand && h.IsImmediate == f.Flag && h.IsFinal == f.Other && p.IsRead == f.Flag
                && p.IsWrite == f.Other && (int)p.Attribute == f.Byte % 5 && p.Priority == (f.Byte & 15) && h.Lun == f.Lun
                && h.InitiatorTaskTag == f.A && p.ExpectedDataTransferLength == f.B && p.CmdSN == f.SC && p.ExpStatSN == f.SD
                && p.Cdb.Length == 16 && p.Cdb.IndexOfAnyExcept(f.Byte) < 0 && h.TotalAhsLength == f.Byte / 4 * 4
                && h.DataSegmentLength == f.Length;
        });

    [Test]
    public void Task_Management_Function_Request_round_trips() => RoundTrip(
        (h, f) => TaskManagementRequestPdu.Write(
            h, f.Flag, (TaskManagementFunctionCode)(f.Byte & 0x7f), f.Lun, f.A, f.B, f.SC, f.SD, f.SA, f.SB),
        (h, f) =>
        {
            var p = new TaskManagementRequestPdu(h);
            return h.Opcode == IscsiOpcode.TaskManagementRequest && h.IsImmediate == f.Flag && (byte)p.Function == (f.Byte & 0x7f)
                && h.Lun == f.Lun && h.InitiatorTaskTag == f.A && p.ReferencedTaskTag == f.B && p.CmdSN == f.SC && p.ExpStatSN == f.SD
                && p.RefCmdSN == f.SA && p.ExpDataSN == f.SB;
        });

    [Test]
    public void Login_Request_round_trips() => RoundTrip(
        (h, f) => LoginRequestPdu.Write(
            h, f.Flag, f.Other, (LoginStage)(f.Byte & 3), (LoginStage)((f.Byte >> 2) & 3), f.Lun >> 16, (ushort)f.Lun, f.A, (ushort)f.B,
            f.SC, f.SD, f.Length, f.Byte, (byte)~f.Byte),
        (h, f) =>
        {
            var p = new LoginRequestPdu(h);
            return h.Opcode == IscsiOpcode.LoginRequest && h.IsImmediate && p.Transit == f.Flag && p.Continue == f.Other
                && (int)p.CurrentStage == (f.Byte & 3) && (int)p.NextStage == ((f.Byte >> 2) & 3) && p.Isid == f.Lun >> 16
                && p.Tsih == (ushort)f.Lun && h.InitiatorTaskTag == f.A && p.ConnectionId == (ushort)f.B && p.CmdSN == f.SC
                && p.ExpStatSN == f.SD && h.DataSegmentLength == f.Length && p.VersionMax == f.Byte && p.VersionMin == (byte)~f.Byte;
        });

    [Test]
    public void Text_Request_round_trips() => RoundTrip(
        (h, f) => TextRequestPdu.Write(h, f.Flag, f.Other, !f.Other, f.A, f.B, f.SC, f.SD, f.Length, f.Lun),
        (h, f) =>
        {
            var p = new TextRequestPdu(h);
            return h.Opcode == IscsiOpcode.TextRequest && h.IsImmediate == f.Flag && h.IsFinal == f.Other && p.Continue == !f.Other
                && h.Lun == f.Lun && h.InitiatorTaskTag == f.A && p.TargetTransferTag == f.B && p.CmdSN == f.SC && p.ExpStatSN == f.SD
                && h.DataSegmentLength == f.Length;
        });

    [Test]
    public void Data_Out_round_trips() => RoundTrip(
        (h, f) => DataOutPdu.Write(h, f.Flag, f.Lun, f.A, f.B, f.SC, f.SD, f.E, f.Length),
        (h, f) =>
        {
            var p = new DataOutPdu(h);
            return h.Opcode == IscsiOpcode.DataOut && h.IsFinal == f.Flag && h.Lun == f.Lun && h.InitiatorTaskTag == f.A
                && p.TargetTransferTag == f.B && p.ExpStatSN == f.SC && p.DataSN == f.SD && p.BufferOffset == f.E
                && h.DataSegmentLength == f.Length;
        });

    [Test]
    public void Logout_Request_round_trips() => RoundTrip(
        (h, f) => LogoutRequestPdu.Write(h, f.Flag, (LogoutReason)(f.Byte & 0x7f), f.A, (ushort)f.B, f.SC, f.SD),
        (h, f) =>
        {
            var p = new LogoutRequestPdu(h);
            return h.Opcode == IscsiOpcode.LogoutRequest && h.IsImmediate == f.Flag && (byte)p.Reason == (f.Byte & 0x7f)
                && h.InitiatorTaskTag == f.A && p.ConnectionId == (ushort)f.B && p.CmdSN == f.SC && p.ExpStatSN == f.SD;
        });

    [Test]
    public void SNACK_Request_round_trips() => RoundTrip(
        (h, f) => SnackRequestPdu.Write(h, (SnackType)(f.Byte & 15), f.Lun, f.A, f.B, f.SC, f.SD, f.E),
        (h, f) =>
        {
            var p = new SnackRequestPdu(h);
            return h.Opcode == IscsiOpcode.SnackRequest && (byte)p.Type == (f.Byte & 15) && h.Lun == f.Lun && h.InitiatorTaskTag == f.A
                && p.Tag == f.B && p.ExpStatSN == f.SC && p.BegRun == f.SD && p.RunLength == f.E;
        });

    [Test]
    public void NOP_In_round_trips() => RoundTrip(
        (h, f) => NopInPdu.Write(h, f.Lun, f.A, f.B, f.Numbers, f.Length),
        (h, f) =>
        {
            var p = new NopInPdu(h);
            return h.Opcode == IscsiOpcode.NopIn && h.IsFinal && h.Lun == f.Lun && h.InitiatorTaskTag == f.A && p.TargetTransferTag == f.B
                && new TargetNumbers(p.StatSN, p.ExpCmdSN, p.MaxCmdSN) == f.Numbers && h.DataSegmentLength == f.Length;
        });

    [Test]
    public void SCSI_Response_round_trips() => RoundTrip(
        (h, f) => ScsiResponsePdu.Write(
            h, f.A, f.Numbers, (ServiceResponse)(f.Byte & 1), f.Byte, new((IscsiResidualKind)(f.Byte % 3), f.B), f.SA, f.Length,
            (ushort)f.Lun,
            new((IscsiResidualKind)(f.Byte / 3 % 3), f.E)),
        (h, f) =>
        {
            var p = new ScsiResponsePdu(h);
            return h.Opcode == IscsiOpcode.ScsiResponse && h.IsFinal && h.InitiatorTaskTag == f.A
                && new TargetNumbers(p.StatSN, p.ExpCmdSN, p.MaxCmdSN) == f.Numbers && (int)p.Response == (f.Byte & 1) && p.Status == f.Byte
                && p.Residual == new ResidualCount((IscsiResidualKind)(f.Byte % 3), f.B) && p.ExpDataSN == f.SA && p.SnackTag == 0
                && p.StatusQualifier == (ushort)f.Lun && h.DataSegmentLength == f.Length
                && p.BidirectionalReadResidual == new ResidualCount((IscsiResidualKind)(f.Byte / 3 % 3), f.E);
        });

    [Test]
    public void Task_Management_Function_Response_round_trips() => RoundTrip(
        (h, f) => TaskManagementResponsePdu.Write(h, f.A, f.Numbers, (TaskManagementResponseCode)f.Byte, f.B & 0xff_ffff),
        (h, f) =>
        {
            var p = new TaskManagementResponsePdu(h);
            return h.Opcode == IscsiOpcode.TaskManagementResponse && h.IsFinal && h.InitiatorTaskTag == f.A && (byte)p.Response == f.Byte
                && new TargetNumbers(p.StatSN, p.ExpCmdSN, p.MaxCmdSN) == f.Numbers
                && p.AdditionalResponseInformation == (f.B & 0xff_ffff) && h.Bytes[11] == 0;
        });

    [Test]
    public void Login_Response_round_trips() => RoundTrip(
        (h, f) => LoginResponsePdu.Write(
            h, f.Flag, f.Other, (LoginStage)(f.Byte & 3), (LoginStage)((f.Byte >> 2) & 3), f.Lun >> 16, (ushort)f.Lun, f.A, f.Numbers,
            (LoginStatus)(ushort)f.B, f.Length),
        (h, f) =>
        {
            var p = new LoginResponsePdu(h);
            return h.Opcode == IscsiOpcode.LoginResponse && p.Transit == f.Flag && p.Continue == f.Other
                && (int)p.CurrentStage == (f.Byte & 3) && (int)p.NextStage == ((f.Byte >> 2) & 3) && p.Isid == f.Lun >> 16
                && p.Tsih == (ushort)f.Lun && h.InitiatorTaskTag == f.A && (ushort)p.Status == (ushort)f.B
                && new TargetNumbers(p.StatSN, p.ExpCmdSN, p.MaxCmdSN) == f.Numbers && h.DataSegmentLength == f.Length
                && p.VersionMax == 0 && p.VersionActive == 0;
        });

    [Test]
    public void Text_Response_round_trips() => RoundTrip(
        (h, f) => TextResponsePdu.Write(h, f.Flag, f.Other, f.A, f.B, f.Numbers, f.Length, f.Lun),
        (h, f) =>
        {
            var p = new TextResponsePdu(h);
            return h.Opcode == IscsiOpcode.TextResponse && h.IsFinal == f.Flag && p.Continue == f.Other && h.Lun == f.Lun
                && h.InitiatorTaskTag == f.A && p.TargetTransferTag == f.B && h.DataSegmentLength == f.Length
                && new TargetNumbers(p.StatSN, p.ExpCmdSN, p.MaxCmdSN) == f.Numbers;
        });

    [Test]
    public void Data_In_without_status_round_trips_and_leaves_status_fields_reserved() => RoundTrip(
        (h, f) => DataInPdu.Write(h, f.Flag, f.A, f.Numbers, f.SA, f.B, f.Length),
        (h, f) =>
        {
            var p = new DataInPdu(h);
            return h.Opcode == IscsiOpcode.DataIn && h.IsFinal == f.Flag && !p.HasStatus && !p.Acknowledge && h.InitiatorTaskTag == f.A
                && p.TargetTransferTag == 0xffff_ffff && p.StatSN.Value == 0 && p.ExpCmdSN == f.SD && p.MaxCmdSN.Value == f.E
                && p.DataSN == f.SA && p.BufferOffset == f.B && h.DataSegmentLength == f.Length && p.Status == 0 && p.Residual == default;
        });

    [Test]
    public void Data_In_with_status_round_trips() => RoundTrip(
        (h, f) => DataInPdu.WriteWithStatus(
            h, f.A, f.Numbers, f.SA, f.B, f.Length, f.Byte, new((IscsiResidualKind)(f.Byte % 3), f.E)),
        (h, f) =>
        {
            var p = new DataInPdu(h);
            return h.IsFinal && p.HasStatus && p.Status == f.Byte && p.StatSN == f.SC && p.DataSN == f.SA && p.BufferOffset == f.B
                && p.Residual == new ResidualCount((IscsiResidualKind)(f.Byte % 3), f.E) && h.DataSegmentLength == f.Length;
        });

    [Test]
    public void Logout_Response_round_trips() => RoundTrip(
        (h, f) => LogoutResponsePdu.Write(h, f.A, f.Numbers, (LogoutResponseCode)f.Byte, (ushort)f.B, (ushort)f.Lun),
        (h, f) =>
        {
            var p = new LogoutResponsePdu(h);
            return h.Opcode == IscsiOpcode.LogoutResponse && h.InitiatorTaskTag == f.A && (byte)p.Response == f.Byte
                && p.Time2Wait == (ushort)f.B && p.Time2Retain == (ushort)f.Lun
                && new TargetNumbers(p.StatSN, p.ExpCmdSN, p.MaxCmdSN) == f.Numbers;
        });

    [Test]
    public void R2T_round_trips() => RoundTrip(
        (h, f) => ReadyToTransferPdu.Write(h, f.Lun, f.A, f.B, f.Numbers, f.SA, f.D, f.E),
        (h, f) =>
        {
            var p = new ReadyToTransferPdu(h);
            return h.Opcode == IscsiOpcode.ReadyToTransfer && h.IsFinal && h.Lun == f.Lun && h.InitiatorTaskTag == f.A
                && p.TargetTransferTag == f.B && new TargetNumbers(p.StatSN, p.ExpCmdSN, p.MaxCmdSN) == f.Numbers && p.R2TSN == f.SA
                && p.BufferOffset == f.D && p.DesiredDataTransferLength == f.E && h.DataSegmentLength == 0;
        });

    [Test]
    public void Async_Message_round_trips() => RoundTrip(
        (h, f) => AsyncMessagePdu.Write(
            h, f.Lun, f.Numbers, (AsyncEventCode)f.Byte, (ushort)f.A, (ushort)f.B, (ushort)f.Lun, f.Length, (byte)f.E),
        (h, f) =>
        {
            var p = new AsyncMessagePdu(h);
            return h.Opcode == IscsiOpcode.AsyncMessage && h.IsFinal && h.Lun == f.Lun && h.InitiatorTaskTag == 0xffff_ffff
                && (byte)p.Event == f.Byte && p.VendorCode == (byte)f.E && p.Parameter1 == (ushort)f.A && p.Parameter2 == (ushort)f.B
                && p.Parameter3 == (ushort)f.Lun && new TargetNumbers(p.StatSN, p.ExpCmdSN, p.MaxCmdSN) == f.Numbers
                && h.DataSegmentLength == f.Length;
        });

    [Test]
    public void Reject_round_trips() => RoundTrip(
        (h, f) => RejectPdu.Write(h, f.Numbers, (RejectReason)f.Byte, f.Length, f.SA),
        (h, f) =>
        {
            var p = new RejectPdu(h);
            return h.Opcode == IscsiOpcode.Reject && h.IsFinal && h.InitiatorTaskTag == 0xffff_ffff && (byte)p.Reason == f.Byte
                && p.DataSN == f.SA && new TargetNumbers(p.StatSN, p.ExpCmdSN, p.MaxCmdSN) == f.Numbers && h.DataSegmentLength == f.Length;
        });

    [Test]
    public void A_header_shorter_than_48_bytes_is_none()
    {
        for (var length = 0; length < 48; length++)
            Assert.That(BasicHeader.TryRead(new byte[length], out _), Is.False, $"{length} bytes");
        Assert.That(BasicHeader.TryRead(new byte[49], out var header), Is.True);
        Assert.That(header.Bytes.Length, Is.EqualTo(48));
    }

    [Test]
    public void Writing_into_less_than_48_bytes_is_refused()
    {
        Assert.That(() => NopInPdu.Write(new byte[47], 0, 0, 0, default), Throws.ArgumentException);
    }

    [Test]
    public void A_data_segment_of_2_to_the_24_is_refused()
    {
        Assert.That(() => NopInPdu.Write(new byte[48], 0, 0, 0, default, 1 << 24), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(0, false, false, 0)]
    [TestCase(0, true, true, 4)]
    [TestCase(1, false, false, 4)]
    [TestCase(1, true, true, 12)]
    [TestCase(4, false, true, 8)]
    [TestCase(5, true, false, 12)]
    public void What_follows_a_header_counts_padding_and_digests(int data, bool headerDigest, bool dataDigest, int expected)
    {
        var bytes = new byte[48];
        NopOutPdu.Write(bytes, true, 0, 1, 2, default, default, data);
        Assert.That(BasicHeader.TryRead(bytes, out var header), Is.True);
        Assert.That(header.LengthAfterHeader(headerDigest, dataDigest), Is.EqualTo(expected));
    }

    [TestCase(10u, 10ul, KindName.None, 0u)]
    [TestCase(10u, 4ul, KindName.Underflow, 6u)]
    [TestCase(4u, 10ul, KindName.Overflow, 6u)]
    [TestCase(0u, 0x2_0000_0000ul, KindName.Overflow, uint.MaxValue)]
    public void Residuals_are_the_difference_between_expected_and_actual(uint expected, ulong actual, string kind, uint count)
    {
        Assert.That(ResidualCount.Between(expected, actual), Is.EqualTo(new ResidualCount(Enum.Parse<IscsiResidualKind>(kind), count)));
    }

    private static void RoundTrip(Action<byte[], Fields> write, Func<BasicHeader, Fields, bool> matches)
    {
        Properties.Hold(_fields, f =>
        {
            // Old contents must not shine through.
            var bytes = Enumerable.Repeat((byte)0xa5, 48).ToArray();
            write(bytes, f);
            return BasicHeader.TryRead(bytes, out var header) && matches(header, f);
        });
    }

    private static class KindName
    {
        public const string None = nameof(IscsiResidualKind.None);
        public const string Underflow = nameof(IscsiResidualKind.Underflow);
        public const string Overflow = nameof(IscsiResidualKind.Overflow);
    }
}
