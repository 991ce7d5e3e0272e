using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>
/// An initiator port is a name and an ISID (RFC 7143 9.1.1; SPC-6, TransportID for initiator ports using SCSI over iSCSI), and
/// its registration outlives its sessions.
/// </summary>
public class PersistentReservationTests : IscsiFixture
{
    private const byte Conflict = 0x18;
    private const ulong Isid = 0x8000_0000_0001;
    private const ulong Key = 0x1122_3344_5566_7788;

    [Test]
    public async Task A_registration_is_found_again_after_reinstatement()
    {
        var old = await LoginAsync(Isid);
        await RegisterAndReserveAsync(old);
        var young = await LoginAsync(Isid);
        await old.ExpectEndAsync();
        Assert.That(await WriteBlockAsync(young), Is.EqualTo(CommandOutcome.Good));
        Assert.That(await OutAsync(young, action: 2, type: 3, Key), Is.EqualTo(CommandOutcome.Good));
    }

    [Test]
    public async Task A_registration_is_found_again_after_a_logout()
    {
        var first = await LoginAsync(Isid);
        await RegisterAndReserveAsync(first);
        Assert.That(await first.LogoutAsync(), Is.EqualTo(LogoutResponseCode.Closed));
        var stranger = await ConnectAsync();
        stranger.Name = "iqn.2026-01.org.example:stranger";
        await stranger.LoginAsync(Iqn);
        await stranger.ClearUnitAttentionAsync();
        Assert.That(await WriteBlockAsync(stranger), Is.EqualTo(Conflict));
        // The case of a name says nothing (RFC 3722).
        var second = await ConnectAsync();
        second.Isid = Isid;
        second.Name = TestInitiator.DefaultName.Replace("initiator", "INITIATOR", StringComparison.Ordinal);
        await second.LoginAsync(Iqn);
        await second.ClearUnitAttentionAsync();
        Assert.That(await WriteBlockAsync(second), Is.EqualTo(CommandOutcome.Good));
        Assert.That(await FullStatusAsync(stranger), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Another_ISID_or_target_is_another_port()
    {
        const string Second = "iqn.2026-01.org.example:second";
        Driver.AddTarget(Second, new TargetOptions { DefaultGroup = AccessControlGroup.Of(Handler.LogicalUnit), RelativeTargetPort = 7 });
        var first = await LoginAsync(Isid);
        await RegisterAndReserveAsync(first);
        var otherIsid = await LoginAsync(isid: 0x4001_3700_0000);
        Assert.That(await WriteBlockAsync(otherIsid), Is.EqualTo(Conflict));
        var otherTarget = await ConnectAsync();
        otherTarget.Isid = Isid;
        await otherTarget.LoginAsync(Second);
        await otherTarget.ClearUnitAttentionAsync();
        Assert.That(await WriteBlockAsync(otherTarget), Is.EqualTo(Conflict));
        Assert.That(await OutAsync(otherIsid, action: 0, type: 0, newKey: 1), Is.EqualTo(CommandOutcome.Good));
        Assert.That(await OutAsync(otherTarget, action: 0, type: 0, newKey: 2), Is.EqualTo(CommandOutcome.Good));
        Assert.That(await FullStatusAsync(first), Is.EqualTo(new[]
        {
            (Key, (ushort)1, true, TestInitiator.DefaultName + ",i,0x800000000001"),
            (1UL, (ushort)1, false, TestInitiator.DefaultName + ",i,0x400137000000"),
            (2UL, (ushort)7, false, TestInitiator.DefaultName + ",i,0x800000000001"),
        }));
    }

    [Test]
    public async Task Ports_are_registered_by_name_before_they_log_in()
    {
        var first = await LoginAsync(Isid);
        var name = Encoding.ASCII.GetBytes("iqn.2026-01.org.example:peer,i,0x00023d000001");
        // Name and at least one NUL, in whole words; PROTOCOL IDENTIFIER 5, FORMAT CODE 01b.
        var padded = (name.Length + 4) / 4 * 4;
        byte[] transportId = [0x45, 0, 0, (byte)padded, .. name, .. new byte[padded - name.Length]];
        byte[] list = [.. List(0, Key, specifiesPorts: true), 0, 0, 0, (byte)transportId.Length, .. transportId];
        Assert.That(await OutAsync(first, 0, 0, list), Is.EqualTo(CommandOutcome.Good));
        Assert.That(await OutAsync(first, action: 1, type: 5, Key), Is.EqualTo(CommandOutcome.Good));
        var peer = await ConnectAsync();
        peer.Name = "iqn.2026-01.org.example:peer";
        peer.Isid = 0x0002_3d00_0001;
        await peer.LoginAsync(Iqn);
        await peer.ClearUnitAttentionAsync();
        Assert.That(await WriteBlockAsync(peer), Is.EqualTo(CommandOutcome.Good));
        Assert.That((await FullStatusAsync(peer)).Select(one => one.Name), Is.EqualTo(new[]
        {
            TestInitiator.DefaultName + ",i,0x800000000001", "iqn.2026-01.org.example:peer,i,0x00023d000001",
        }));
    }

    [Test]
    public async Task A_fenced_initiator_gets_no_answer_and_the_fence_waits_for_its_command()
    {
        var victim = await LoginAsync(Isid);
        var fence = await LoginAsync(isid: 0x8000_0000_0002);
        Assert.That(await OutAsync(victim, action: 0, type: 0, newKey: 1), Is.EqualTo(CommandOutcome.Good));
        Assert.That(await OutAsync(fence, action: 0, type: 0, newKey: 2), Is.EqualTo(CommandOutcome.Good));
        Handler.Hold();
        await victim.SendCommandAsync(Cdb.Read10(0, 1), read: true, expected: 512);
        await Handler.WhenHeldAsync(1);
        var preempt = OutAsync(fence, action: 5, type: 0, key: 2, newKey: 1);
        Assert.That(await preempt, Is.EqualTo(CommandOutcome.Good));
        Assert.That(Handler.Aborted, Is.EqualTo(1));
        Handler.Release();
        await victim.ReceiveAsync(IscsiOpcode.AsyncMessage);
        // What comes next on the victim's connection is the answer to its next command.
        var next = await victim.ExecuteAsync(Cdb.TestUnitReady());
        Assert.That(next.SenseCode, Is.EqualTo(0x62A05));
    }

    private static async Task RegisterAndReserveAsync(TestInitiator initiator)
    {
        Assert.That(await OutAsync(initiator, action: 0, type: 0, newKey: Key), Is.EqualTo(CommandOutcome.Good));
        Assert.That(await OutAsync(initiator, action: 1, type: 3, Key), Is.EqualTo(CommandOutcome.Good));
    }

    private static async Task<byte> WriteBlockAsync(TestInitiator initiator) =>
        (await initiator.WriteAsync(Cdb.Write10(0, 1), new byte[BlockLength])).Status;

    private static Task<byte> OutAsync(TestInitiator initiator, byte action, byte type, ulong key = 0, ulong newKey = 0) =>
        OutAsync(initiator, action, type, List(key, newKey));

    private static async Task<byte> OutAsync(TestInitiator initiator, byte action, byte type, byte[] list) =>
        (await initiator.WriteAsync([0x5F, action, type, 0, 0, 0, 0, 0, (byte)list.Length, 0, 0, 0, 0, 0, 0, 0], list)).Status;

    private static byte[] List(ulong key, ulong newKey, bool specifiesPorts = false)
    {
        var list = new byte[24];
        BinaryPrimitives.WriteUInt64BigEndian(list, key);
        BinaryPrimitives.WriteUInt64BigEndian(list.AsSpan(8), newKey);
        list[20] = (byte)(specifiesPorts ? 0x08 : 0);
        return list;
    }

    /// <summary>READ FULL STATUS, read by hand (SPC-6): key, relative target port, R_HOLDER, and the name in the TransportID.</summary>
    private static async Task<List<(ulong Key, ushort Port, bool Holds, string Name)>> FullStatusAsync(TestInitiator initiator)
    {
        var outcome = await initiator.ReadAsync([0x5E, 3, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0], 4096);
        Assert.That(outcome.Status, Is.EqualTo(CommandOutcome.Good));
        var data = outcome.Data;
        var end = 8 + BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(4));
        Assert.That(data, Has.Length.EqualTo(end));
        List<(ulong Key, ushort Port, bool Holds, string Name)> all = [];
        for (var at = 8; at < end;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(at + 20));
            var transportId = data.AsSpan(at + 24, length);
            Assert.That(transportId[0], Is.EqualTo(0x45), "iSCSI, name and ISID");
            var nameLength = BinaryPrimitives.ReadUInt16BigEndian(transportId[2..]);
            Assert.That(nameLength, Is.EqualTo(length - 4));
            Assert.That(nameLength % 4, Is.Zero);
            all.Add((
                BinaryPrimitives.ReadUInt64BigEndian(data.AsSpan(at)),
                BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(at + 18)),
                (data[at + 12] & 1) != 0,
                Encoding.ASCII.GetString(transportId[4..]).TrimEnd('\0')));
            at += 24 + length;
        }
        return all;
    }
}
