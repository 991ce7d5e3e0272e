using System;
using System.Linq;
using NUnit.Framework;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Tests.Protocol;

/// <summary>Byte for byte what the PDU diagrams of RFC 7143 section 11 and RFC 7144 say.</summary>
[TestFixture]
public class PduBytesTests
{
    private static readonly TargetNumbers _numbers = new(new(0x1111_1111), new(0x2222_2222), new(0x3333_3333));

    private const string Numbers = "11111111 22222222 33333333";

    [Test]
    public void SCSI_Command() => AssertBytes(
        h => ScsiCommandPdu.Write(
            h, true, true, true, false, IscsiTaskAttribute.Ordered, 0xa, 0x0102_0304_0506_0708, 0x0a0b0c0d, 0x1000, new(7), new(8),
            Enumerable.Range(0x40, 16).Select(i => (byte)i).ToArray(), 8, 0x010203),
        "41 c2 a0 00", "02 010203", "0102030405060708", "0a0b0c0d", "00001000", "00000007", "00000008",
        "40414243 44454647 48494a4b 4c4d4e4f");

    [Test]
    public void SCSI_Response() => AssertBytes(
        h => ScsiResponsePdu.Write(
            h, 0x0a0b0c0d, _numbers, ServiceResponse.CommandCompleted, 0x02, new(IscsiResidualKind.Underflow, 0x200), new(3), 20, 0xc001,
            new(IscsiResidualKind.Overflow, 5)),
        "21 92 00 02", "00 000014", "c0010000 00000000", "0a0b0c0d", "00000000", Numbers, "00000003", "00000005", "00000200");

    [Test]
    public void Task_Management_Function_Request() => AssertBytes(
        h => TaskManagementRequestPdu.Write(h, true, TaskManagementFunctionCode.AbortTask, 1, 2, 3, new(4), new(5), new(6)),
        "42 81 00 00", "00 000000", "0000000000000001", "00000002", "00000003", "00000004", "00000005", "00000006", "00000000",
        "00000000 00000000");

    [Test]
    public void Task_Management_Function_Response() => AssertBytes(
        h => TaskManagementResponsePdu.Write(h, 2, _numbers, TaskManagementResponseCode.FunctionSucceeded, 0x010203),
        "22 80 07 00", "00 000000", "01020300 00000000", "00000002", "00000000", Numbers, "00000000 00000000 00000000");

    [Test]
    public void Data_Out() => AssertBytes(
        h => DataOutPdu.Write(h, true, 1, 2, 3, new(4), new(5), 6, 7),
        "05 80 00 00", "00 000007", "0000000000000001", "00000002", "00000003", "00000000", "00000004", "00000000", "00000005", "00000006",
        "00000000");

    [Test]
    public void Data_In_with_status() => AssertBytes(
        h => DataInPdu.WriteWithStatus(h, 2, _numbers, new(5), 6, 7, 0x18, new(IscsiResidualKind.Overflow, 9)),
        "25 85 00 18", "00 000007", "0000000000000000", "00000002", "ffffffff", Numbers, "00000005", "00000006", "00000009");

    [Test]
    public void R2T() => AssertBytes(
        h => ReadyToTransferPdu.Write(h, 1, 2, 3, _numbers, new(4), 5, 6),
        "31 80 00 00", "00 000000", "0000000000000001", "00000002", "00000003", Numbers, "00000004", "00000005", "00000006");

    [Test]
    public void Async_Message() => AssertBytes(
        h => AsyncMessagePdu.Write(h, 1, _numbers, AsyncEventCode.ConnectionDropped, 2, 3, 4),
        "32 80 00 00", "00 000000", "0000000000000001", "ffffffff", "00000000", Numbers, "02 00 0002", "0003 0004", "00000000");

    [Test]
    public void Text_Response() => AssertBytes(
        h => TextResponsePdu.Write(h, false, true, 2, 3, _numbers, 4),
        "24 40 00 00", "00 000004", "0000000000000000", "00000002", "00000003", Numbers, "00000000 00000000 00000000");

    [Test]
    public void Login_Request() => AssertBytes(
        h => LoginRequestPdu.Write(
            h, true, false, LoginStage.LoginOperationalNegotiation, LoginStage.FullFeaturePhase, 0x8000_0102_0304, 0x0506, 0x0a0b0c0d,
            0x0708, new(1), new(2), 3),
        "43 87 00 00", "00 000003", "800001020304 0506", "0a0b0c0d", "0708 0000", "00000001", "00000002", "00000000 00000000",
        "00000000 00000000");

    [Test]
    public void Login_Response() => AssertBytes(
        h => LoginResponsePdu.Write(
            h, true, false, LoginStage.SecurityNegotiation, LoginStage.LoginOperationalNegotiation, 0x8000_0102_0304, 0, 0x0a0b0c0d,
            _numbers, LoginStatus.SessionDoesNotExist, 3),
        "23 81 00 00", "00 000003", "800001020304 0000", "0a0b0c0d", "00000000", Numbers, "02 0a 0000", "00000000 00000000");

    [Test]
    public void Logout_Request() => AssertBytes(
        h => LogoutRequestPdu.Write(h, true, LogoutReason.CloseConnection, 2, 3, new(4), new(5)),
        "46 81 00 00", "00 000000", "0000000000000000", "00000002", "0003 0000", "00000004", "00000005", "00000000 00000000",
        "00000000 00000000");

    [Test]
    public void Logout_Response() => AssertBytes(
        h => LogoutResponsePdu.Write(h, 2, _numbers, LogoutResponseCode.ConnectionNotFound, 3, 4),
        "26 80 01 00", "00 000000", "0000000000000000", "00000002", "00000000", Numbers, "00000000", "0003 0004", "00000000");

    [Test]
    public void SNACK_Request() => AssertBytes(
        h => SnackRequestPdu.Write(h, SnackType.DataAck, 1, 0xffff_ffff, 3, new(4), new(5), 0),
        "10 82 00 00", "00 000000", "0000000000000001", "ffffffff", "00000003", "00000000", "00000004", "00000000 00000000", "00000005",
        "00000000");

    [Test]
    public void Reject() => AssertBytes(
        h => RejectPdu.Write(h, _numbers, RejectReason.InvalidPduField),
        "3f 80 09 00", "00 000030", "0000000000000000", "ffffffff", "00000000", Numbers, "00000000 00000000 00000000");

    [Test]
    public void NOP_In() => AssertBytes(
        h => NopInPdu.Write(h, 1, 0xffff_ffff, 3, _numbers),
        "20 80 00 00", "00 000000", "0000000000000001", "ffffffff", "00000003", Numbers, "00000000 00000000 00000000");

    [TestCase(TaskManagementCodes.QueryTask, 9)]
    [TestCase(TaskManagementCodes.QueryTaskSet, 10)]
    [TestCase(TaskManagementCodes.ITNexusReset, 11)]
    [TestCase(TaskManagementCodes.QueryAsynchronousEvent, 12)]
    public void RFC_7144_functions_have_their_codes(string function, int code)
    {
        Assert.That((int)Enum.Parse<TaskManagementFunctionCode>(function), Is.EqualTo(code));
    }

    [Test]
    public void Sense_data_is_preceded_by_its_length()
    {
        var segment = new byte[8];
        Assert.That(SenseDataSegment.Write(segment, [0x70, 0, 5]), Is.EqualTo(5));
        Assert.That(segment, Is.EqualTo(new byte[] { 0, 3, 0x70, 0, 5, 0, 0, 0 }));
        Assert.That(SenseDataSegment.TryRead(segment.AsSpan(0, 5), out var sense), Is.True);
        Assert.That(sense.ToArray(), Is.EqualTo(new byte[] { 0x70, 0, 5 }));
    }

    [Test]
    public void Truncated_sense_data_is_no_sense_data()
    {
        var segment = new byte[] { 0, 3, 0x70, 0, 5 };
        for (var length = 1; length < segment.Length; length++)
            Assert.That(SenseDataSegment.TryRead(segment.AsSpan(0, length), out _), Is.False, $"{length} bytes");
        Assert.That(SenseDataSegment.TryRead(default, out var none), Is.True);
        Assert.That(none.IsEmpty, Is.True);
    }

    private static void AssertBytes(Action<byte[]> write, params string[] expected)
    {
        var bytes = Enumerable.Repeat((byte)0xff, 48).ToArray();
        write(bytes);
        Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo(string.Concat(expected).Replace(" ", "", StringComparison.Ordinal)));
    }

    private static class TaskManagementCodes
    {
        public const string QueryTask = nameof(TaskManagementFunctionCode.QueryTask);
        public const string QueryTaskSet = nameof(TaskManagementFunctionCode.QueryTaskSet);
        public const string ITNexusReset = nameof(TaskManagementFunctionCode.ITNexusReset);
        public const string QueryAsynchronousEvent = nameof(TaskManagementFunctionCode.QueryAsynchronousEvent);
    }
}
