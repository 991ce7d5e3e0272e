using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Tests.Initiator;

/// <content>SCSI commands with their data, and the other requests.</content>
internal sealed partial class TestInitiator
{
    public int TargetMaxSegment => Number("MaxRecvDataSegmentLength", 8192);

    public int MaxBurst => Number("MaxBurstLength", 262144);

    public int FirstBurst => Math.Min(Number("FirstBurstLength", 65536), MaxBurst);

    public bool InitialR2T => Agreed.GetValueOrDefault("InitialR2T") != "No";

    public bool ImmediateData => Agreed.GetValueOrDefault("ImmediateData") != "No";

    public int MaxOutstandingR2T => Number("MaxOutstandingR2T", 1);

    /// <summary>What this side declared in its login.</summary>
    public int OwnMaxSegment { get; set; } = 8192;

    /// <summary>Sends a SCSI Command and returns its tag.</summary>
    public async Task<uint> SendCommandAsync(
        byte[] cdb, bool read = false, bool write = false, int expected = 0, bool final = true, byte[]? immediateData = null,
        bool immediate = false, uint? cmdSN = null, uint? tag = null, ulong lun = 0, byte[]? ahs = null,
        IscsiTaskAttribute attribute = IscsiTaskAttribute.Simple)
    {
        var itt = tag ?? NextTag();
        await SendRawAsync(Command(cdb, itt, read, write, expected, final, immediateData, immediate, cmdSN, lun, ahs, attribute));
        return itt;
    }

    /// <summary>The bytes of a SCSI Command; takes the next number unless one is given.</summary>
    public byte[] Command(
        byte[] cdb, uint tag, bool read = false, bool write = false, int expected = 0, bool final = true, byte[]? immediateData = null,
        bool immediate = false, uint? cmdSN = null, ulong lun = 0, byte[]? ahs = null,
        IscsiTaskAttribute attribute = IscsiTaskAttribute.Simple)
    {
        var number = cmdSN ?? (immediate ? CmdSN : CmdSN++);
        var header = new byte[BasicHeader.Length];
        ScsiCommandPdu.Write(
            header, immediate, final, read, write, attribute, priority: 0, lun, tag, (uint)expected,
            new SerialNumber32(number), new SerialNumber32(ExpStatSN), cdb, ahs?.Length ?? 0, immediateData?.Length ?? 0);
        return Assemble(header, immediateData ?? [], ahs);
    }

    /// <summary>A command without data.</summary>
    public async Task<CommandOutcome> ExecuteAsync(byte[] cdb, ulong lun = 0) =>
        await FinishAsync(await SendCommandAsync(cdb, lun: lun), expected: 0);

    /// <summary>A command with data-in.</summary>
    public async Task<CommandOutcome> ReadAsync(byte[] cdb, int expected, ulong lun = 0) =>
        await FinishAsync(await SendCommandAsync(cdb, read: true, expected: expected, lun: lun), expected);

    /// <summary>Every unit attention that is there is taken.</summary>
    public async Task ClearUnitAttentionAsync()
    {
        while ((await ExecuteAsync(Cdb.TestUnitReady())).Status != CommandOutcome.Good)
        {
        }
    }

    /// <summary>Receives data-in and the response of one command, and checks every PDU on the way.</summary>
    public async Task<CommandOutcome> FinishAsync(uint tag, int expected)
    {
        var collector = new DataInCollector(this, expected);
        while (true)
        {
            var pdu = await ReceiveAsync();
            Assert.That(pdu.Tag, Is.EqualTo(tag));
            if (collector.TryFinish(pdu, out var outcome))
                return outcome;
        }
    }

    /// <summary>
    /// A command with data-out, sent as the negotiation allows: as much immediate and unsolicited data as there may be, then
    /// what the R2Ts ask for, as many of them outstanding as were agreed.
    /// </summary>
    public async Task<CommandOutcome> WriteAsync(byte[] cdb, byte[] data, ulong lun = 0, int pieceLimit = int.MaxValue, int? totalWanted = null)
    {
        var tag = NextTag();
        var segment = Math.Min(TargetMaxSegment, pieceLimit);
        var immediate = ImmediateData ? Math.Min(Math.Min(segment, FirstBurst), data.Length) : 0;
        var unsolicited = InitialR2T ? immediate : Math.Min(FirstBurst, data.Length);
        await SendCommandAsync(
            cdb, write: true, expected: data.Length, final: unsolicited == immediate, immediateData: data[..immediate], tag: tag, lun: lun);
        await SendDataAsync(tag, BasicHeader.ReservedTag, data, immediate, unsolicited - immediate, segment, lun);
        return await AnswerReadyToTransfersAsync(tag, data, unsolicited, totalWanted ?? data.Length, segment, lun);
    }

    public async Task<ReceivedPdu> PingAsync(byte[] data, bool immediate = true)
    {
        await SendPingAsync(data, immediate);
        return await ReceiveAsync(IscsiOpcode.NopIn);
    }

    public Task SendPingAsync(byte[] data, bool immediate = true, uint? cmdSN = null) =>
        SendRawAsync(Ping(NextTag(), data, immediate, cmdSN));

    public byte[] Ping(uint tag, byte[] data, bool immediate = true, uint? cmdSN = null)
    {
        var header = new byte[BasicHeader.Length];
        NopOutPdu.Write(
            header, immediate, lun: 0, tag, BasicHeader.ReservedTag, new SerialNumber32(cmdSN ?? (immediate ? CmdSN : CmdSN++)),
            new SerialNumber32(ExpStatSN), data.Length);
        return Assemble(header, data);
    }

    /// <summary>The answer to a ping of the target's.</summary>
    public Task SendPongAsync(uint transferTag) => SendRawAsync(Pong(transferTag));

    public byte[] Pong(uint transferTag)
    {
        var header = new byte[BasicHeader.Length];
        NopOutPdu.Write(
            header, immediate: true, lun: 0, BasicHeader.ReservedTag, transferTag, new SerialNumber32(CmdSN), new SerialNumber32(ExpStatSN));
        return Assemble(header);
    }

    public Task SendManagementAsync(
        TaskManagementFunctionCode function, uint referencedTag = BasicHeader.ReservedTag, uint refCmdSN = 0, bool immediate = true,
        ulong lun = 0) =>
        SendRawAsync(Management(function, NextTag(), referencedTag, refCmdSN, immediate, lun));

    public byte[] Management(
        TaskManagementFunctionCode function, uint tag, uint referencedTag = BasicHeader.ReservedTag, uint refCmdSN = 0,
        bool immediate = true, ulong lun = 0)
    {
        var header = new byte[BasicHeader.Length];
        TaskManagementRequestPdu.Write(
            header, immediate, function, lun, tag, referencedTag, new SerialNumber32(immediate ? CmdSN : CmdSN++),
            new SerialNumber32(ExpStatSN), new SerialNumber32(refCmdSN));
        return Assemble(header);
    }

    public async Task<TaskManagementResponseCode> ManageAsync(
        TaskManagementFunctionCode function, uint referencedTag = BasicHeader.ReservedTag, uint refCmdSN = 0, bool immediate = true,
        ulong lun = 0)
    {
        await SendManagementAsync(function, referencedTag, refCmdSN, immediate, lun);
        return (await ReceiveAsync(IscsiOpcode.TaskManagementResponse)).Management.Response;
    }

    public async Task<LogoutResponseCode> LogoutAsync(LogoutReason reason = LogoutReason.CloseSession, ushort connectionId = 0)
    {
        await SendRawAsync(Logout(NextTag(), reason, connectionId));
        return (await ReceiveAsync(IscsiOpcode.LogoutResponse)).Logout.Response;
    }

    public byte[] Logout(uint tag, LogoutReason reason = LogoutReason.CloseSession, ushort connectionId = 0)
    {
        var header = new byte[BasicHeader.Length];
        LogoutRequestPdu.Write(
            header, immediate: true, reason, tag, connectionId, new SerialNumber32(CmdSN), new SerialNumber32(ExpStatSN));
        return Assemble(header);
    }

    /// <summary>SendTargets, over as many responses as it takes.</summary>
    public async Task<List<string>> SendTargetsAsync(string value)
    {
        var tag = NextTag();
        var request = Text.Encode($"SendTargets={value}");
        var transferTag = BasicHeader.ReservedTag;
        var all = new List<byte>();
        while (true)
        {
            var header = new byte[BasicHeader.Length];
            TextRequestPdu.Write(
                header, immediate: false, final: true, continued: false, tag, transferTag, new SerialNumber32(CmdSN++),
                new SerialNumber32(ExpStatSN), request.Length);
            await SendAsync(header, request);
            var response = await ReceiveAsync(IscsiOpcode.TextResponse);
            all.AddRange(response.Data);
            if (response.Header.IsFinal)
                return Text.Decode(all.ToArray());
            transferTag = response.Text.TargetTransferTag;
            request = [];
        }
    }

    public async Task<CommandOutcome> AnswerReadyToTransfersAsync(
        uint tag, byte[] data, int unsolicited, int wanted, int segment, ulong lun = 0)
    {
        var outstanding = new Queue<DataOutRequest>();
        var requests = new ReadyToTransferChecker(this, tag, Math.Min(unsolicited, wanted), wanted);
        while (true)
        {
            // As many R2Ts come as may be outstanding, before any of them is answered.
            var due = Math.Min(MaxOutstandingR2T, outstanding.Count + requests.StillToCome);
            while (outstanding.Count < due)
            {
                var pdu = await ReceiveAsync();
                if (pdu.Opcode == IscsiOpcode.ScsiResponse)
                    return OutcomeOf(pdu);
                var request = requests.Check(pdu);
                Assert.That(outstanding.Select(other => other.TransferTag), Has.No.Member(request.TransferTag));
                outstanding.Enqueue(request);
            }

            if (!outstanding.TryDequeue(out var next))
            {
                var pdu = await ReceiveAsync(IscsiOpcode.ScsiResponse);
                Assert.That(pdu.Tag, Is.EqualTo(tag));
                Assert.That(pdu.Response.ExpDataSN.Value, Is.EqualTo(requests.Seen), "ExpDataSN");
                return OutcomeOf(pdu);
            }

            await SendDataAsync(tag, next.TransferTag, data, next.Offset, next.Length, segment, lun);
        }
    }

    public static CommandOutcome OutcomeOf(ReceivedPdu pdu)
    {
        Assert.That(SenseDataSegment.TryRead(pdu.Data, out var sense), Is.True);
        return new CommandOutcome(pdu.Response.Status, [], sense.ToArray(), pdu.Response.Residual);
    }
}
