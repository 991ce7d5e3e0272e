using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;
using Scst.VDisk;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>What no honest initiator sends ends its connection, for a reason that is logged, and touches nobody else.</summary>
public class HostileTests : IscsiFixture
{
    private static readonly (string Name, ConnectionEndReason Reason, string? Detail, Func<TestInitiator, uint, byte[]> Bytes)[] _breaches =
    [
        ("a data segment longer than declared", ConnectionEndReason.ProtocolError, nameof(PduFault.DataSegmentTooLong),
            (initiator, _) => Changed(Ping(initiator), header => SetLength(header, initiator.TargetMaxSegment + 1))),
        ("a data segment of 16 MiB", ConnectionEndReason.ProtocolError, nameof(PduFault.DataSegmentTooLong),
            (initiator, _) => Changed(Ping(initiator), header => SetLength(header, BasicHeader.MaxDataSegmentLength))),
        ("additional header segments where there are none", ConnectionEndReason.ProtocolError, nameof(PduFault.UnexpectedAhs),
            (initiator, _) => Changed(Ping(initiator), header => header[4] = 1)),
        ("data for no task", ConnectionEndReason.ProtocolError, "Data-Out for no task", (_, _) => DataOut(0x777, BasicHeader.ReservedTag, 0, 0)),
        ("data for no transfer", ConnectionEndReason.ProtocolError, nameof(DataOutVerdict.WrongTag), (_, _) => DataOut(Writing, 0x1234, 0, 0)),
        ("unsolicited data where none was announced", ConnectionEndReason.ProtocolError, nameof(DataOutVerdict.Unexpected),
            (_, _) => DataOut(Writing, BasicHeader.ReservedTag, 0, 0)),
        ("data at the wrong offset", ConnectionEndReason.ProtocolError, nameof(DataOutVerdict.OffsetOutOfOrder),
            (_, transferTag) => DataOut(Writing, transferTag, 0, 512)),
        ("more data than asked for", ConnectionEndReason.ProtocolError, nameof(DataOutVerdict.BeyondSequence),
            (_, transferTag) => DataOut(Writing, transferTag, 0, 0, 2048)),
        ("less data than asked for", ConnectionEndReason.ProtocolError, nameof(DataOutVerdict.FinalTooEarly),
            (_, transferTag) => DataOut(Writing, transferTag, 0, 0, 256, final: true)),
        ("all data without an end", ConnectionEndReason.ProtocolError, nameof(DataOutVerdict.FinalMissing),
            (_, transferTag) => DataOut(Writing, transferTag, 0, 0, 1024)),
        ("an empty Data-Out", ConnectionEndReason.ProtocolError, nameof(DataOutVerdict.EmptySegment),
            (_, transferTag) => DataOut(Writing, transferTag, 0, 0, 0)),
    ];

    private const uint Writing = 0x4711;

    private static IEnumerable<string> BreachNames => _breaches.Select(breach => breach.Name);

    [TestCaseSource(nameof(BreachNames))]
    public async Task A_breach_ends_its_connection_and_no_other(string name)
    {
        var (_, reason, detail, bytes) = _breaches.Single(breach => breach.Name == name);
        var neighbour = await LoginAsync(isid: 1);
        Handler.Hold();
        var running = await neighbour.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512);
        await Handler.WhenHeldAsync(1);
        var hostile = await LoginAsync(isid: 2, "InitialR2T=Yes", "ImmediateData=No");
        await hostile.SendCommandAsync(Cdb.Write10(0, 2), write: true, expected: 1024, tag: Writing);
        var transferTag = (await hostile.ReceiveAsync()).ReadyToTransfer.TargetTransferTag;

        await hostile.SendRawAsync(bytes(hostile, transferTag));
        await hostile.ReadToEndAsync();
        var end = await Log.WaitForEndAsync(reason);
        Assert.That(end["Detail"], Is.EqualTo(detail));
        Handler.Release();
        Assert.That((await neighbour.FinishAsync(running, 512)).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That((await neighbour.ExecuteAsync(Cdb.TestUnitReady())).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(await ReadStoreAsync(0, 1024), Is.All.Zero);
    }

    [Test]
    public async Task A_damaged_header_ends_the_connection()
    {
        var hostile = await LoginAsync("HeaderDigest=CRC32C");
        var bytes = hostile.Assemble(Ping(hostile));
        bytes[20] ^= 1;
        await hostile.SendRawAsync(bytes);
        await hostile.ExpectEndAsync();
        await Log.WaitForEndAsync(ConnectionEndReason.HeaderDigestError);
    }

    [Test]
    public async Task One_who_asks_and_never_listens_is_given_up()
    {
        var hostile = await LoginAsync("MaxRecvDataSegmentLength=65536");
        var ping = hostile.Assemble(Ping(hostile));
        var payload = new byte[60000];
        var header = new byte[BasicHeader.Length];
        NopOutPdu.Write(header, true, 0, 1, BasicHeader.ReservedTag, new SerialNumber32(hostile.CmdSN), default, payload.Length);
        var large = hostile.Assemble(header, payload);
        try
        {
            // First what fills the network's buffers, then more than a thousand small ones.
            for (var i = 0; i < 400; i++)
                await hostile.SendRawAsync(large).WaitAsync(Safety.Timeout);
            for (var i = 0; i < 100000; i++)
                await hostile.SendRawAsync(ping).WaitAsync(Safety.Timeout);
        }
        catch (SocketException)
        {
            // It has been given up.
        }

        await Log.WaitAsync(entry => entry.Id == LogRecorder.ConnectionEnded);
    }

    [Test]
    public async Task One_who_pings_with_much_data_and_never_listens_holds_little_memory()
    {
        var hostile = await LoginAsync("MaxRecvDataSegmentLength=262144");
        var header = new byte[BasicHeader.Length];
        var payload = new byte[262144];
        NopOutPdu.Write(header, true, 0, 1, BasicHeader.ReservedTag, new SerialNumber32(hostile.CmdSN), default, payload.Length);
        var ping = hostile.Assemble(header, payload);
        for (var i = 0; i < 100; i++)
            await hostile.SendRawAsync(ping);
        await WaitAsync(() => Driver.GetStatistics().BytesIn >= 100L * ping.Length);
        Assert.That(Engine.BufferPool.RentedBytes, Is.LessThanOrEqualTo(4L << 20));
    }

    [Test]
    public async Task Random_bytes_before_the_login_disturb_nobody()
    {
        var neighbour = await LoginNextDoorAsync();
        Properties.Hold(Properties.Bytes(400), bytes => SendAsync(null, bytes, neighbour), count: 150);
    }

    [Test]
    public async Task Random_bytes_after_the_login_disturb_nobody()
    {
        var neighbour = await LoginNextDoorAsync();
        Properties.Hold(Properties.Bytes(400), bytes => SendAsync(Iqn, bytes, neighbour), count: 150);
    }

    [Test]
    public async Task Random_PDUs_of_every_kind_disturb_nobody()
    {
        var neighbour = await LoginNextDoorAsync();
        var pdus =
            from opcode in Gen.Choose(0, 0x3f)
            from flags in Gen.Choose(0, 255)
            from immediate in Gen.Elements(0, 0x40)
            from length in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, 600)))
            from rest in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(40 + 600)
            from near in Gen.Choose(-2, 10)
            select (Code: (byte)(opcode | immediate), Flags: (byte)flags, Length: length, Fields: rest, Near: near);
        Properties.Hold(
            pdus.ArrayOf(8).Select(batch => batch.SelectMany(pdu => Pdu(pdu.Code, pdu.Flags, pdu.Length, pdu.Fields, pdu.Near)).ToArray()),
            bytes => SendAsync(Iqn, bytes, neighbour),
            count: 300);
    }

    /// <summary>A session with another target and another disk: random bytes may well be a valid WRITE, or a reset.</summary>
    private async Task<TestInitiator> LoginNextDoorAsync()
    {
        const string nextDoor = "iqn.2026-01.org.example:next-door";
        var logicalUnit = Engine.AddLogicalUnit("next door", new DiskHandler(new RamStore(1 << 20)));
        Driver.AddTarget(nextDoor, new TargetOptions { DefaultGroup = AccessControlGroup.Of(logicalUnit) });
        var neighbour = await ConnectAsync();
        await neighbour.LoginAsync(nextDoor);
        await neighbour.ClearUnitAttentionAsync();
        return neighbour;
    }

    /// <summary>Sends the bytes on a connection of their own and ends it; then the neighbour must be well.</summary>
    private async Task<bool> SendAsync(string? target, byte[] bytes, TestInitiator neighbour)
    {
        using var hostile = await TestInitiator.ConnectAsync(Portal);
        hostile.Isid = 99;
        hostile.CmdSN = 0;
        var port = hostile.LocalPort;
        if (target is not null)
            await hostile.LoginAsync(target, "InitialR2T=No", "ImmediateData=Yes");
        try
        {
            await hostile.SendRawAsync(bytes);
            hostile.CloseSending();
        }
        catch (SocketException)
        {
            // Hung up already.
        }

        await hostile.ReadToEndAsync();
        hostile.Dispose();
        await Log.WaitForEndAsync(port);
        await neighbour.ClearUnitAttentionAsync();
        return !Log.Faults.Any();
    }

    private static byte[] Ping(TestInitiator initiator)
    {
        var header = new byte[BasicHeader.Length];
        NopOutPdu.Write(header, true, 0, 1, BasicHeader.ReservedTag, new SerialNumber32(initiator.CmdSN), default);
        return header;
    }

    private static byte[] DataOut(uint tag, uint transferTag, uint dataSN, int offset, int length = 512, bool final = false)
    {
        var header = new byte[BasicHeader.Length];
        DataOutPdu.Write(header, final, 0, tag, transferTag, default, new SerialNumber32(dataSN), (uint)offset, length);
        return [.. header, .. new byte[length]];
    }

    private static byte[] Changed(byte[] pdu, Action<byte[]> change)
    {
        change(pdu);
        return pdu;
    }

    private static void SetLength(byte[] header, int length)
    {
        header[5] = (byte)(length >> 16);
        header[6] = (byte)(length >> 8);
        header[7] = (byte)length;
    }

    // Mostly nonsense, but with a length that is right and a CmdSN that is near, so that it gets past the first checks.
    private static byte[] Pdu(byte code, byte flags, int length, byte[] rest, int near)
    {
        var pdu = new byte[BasicHeader.Length + BasicHeader.Pad(length)];
        rest.AsSpan(0, 40).CopyTo(pdu.AsSpan(8));
        pdu[0] = code;
        pdu[1] = flags;
        SetLength(pdu, length);
        pdu.AsSpan(8, 8).Clear();
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(24), unchecked((uint)near));
        rest.AsSpan(40, length).CopyTo(pdu.AsSpan(BasicHeader.Length));
        return pdu;
    }
}
