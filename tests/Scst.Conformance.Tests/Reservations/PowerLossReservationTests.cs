using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;

namespace Scst.Conformance.Tests.Reservations;

/// <summary>
/// Persistent reservations with APTPL outlive a process that is killed (SPC-6, preserving persistent reservations and
/// registrations through power loss), as initiators see it over iSCSI.
/// </summary>
[TestFixture]
internal sealed class PowerLossReservationTests
{
    private const string Holder = "iqn.2026-01.org.example:holder";
    private const string Other = "iqn.2026-01.org.example:other";
    private const uint HolderIsid = 0x10000001;
    private const uint OtherIsid = 0x10000002;
    private const ulong HolderKey = 0xA1A2_A3A4_A5A6_A7A8;
    private const ulong OtherKey = 0xB1B2_B3B4_B5B6_B7B8;

    private const byte Good = 0x00;
    private const byte CheckCondition = 0x02;
    private const byte ReservationConflict = 0x18;
    private const byte WriteExclusive = 1;

    private static readonly byte[] _testUnitReady = new byte[6];

    private TemporaryDirectory _directory = null!;
    private string _disk = "";
    private string _state = "";

    [SetUp]
    public async Task MakeDiskAsync()
    {
        _directory = new TemporaryDirectory();
        _disk = _directory["disk.img"];
        _state = _directory["state"];
        Directory.CreateDirectory(_state);
        await File.WriteAllBytesAsync(_disk, new byte[1 << 20]);
    }

    [TearDown]
    public void RemoveDisk() => _directory.Dispose();

    [Test]
    public async Task A_reservation_is_there_when_a_killed_target_comes_back()
    {
        await using (ServeDiskProcess first = await StartAsync())
        {
            using RawInitiator holder = await LoginAsync(first, Holder, HolderIsid);
            using RawInitiator other = await LoginAsync(first, Other, OtherIsid);
            Assert.That(await RegisterAsync(holder, HolderKey, aptpl: true), Is.EqualTo(Good));
            Assert.That(await RegisterAsync(other, OtherKey, aptpl: true), Is.EqualTo(Good));
            Assert.That(await OutAsync(holder, 1, WriteExclusive, HolderKey, 0), Is.EqualTo(Good));
            Assert.That(await WriteAsync(other, 1), Is.EqualTo(ReservationConflict));
            await first.KillAsync();
        }
        await using ServeDiskProcess second = await StartAsync();
        // The one who is locked out comes first, before the holder is back.
        using (RawInitiator other = await LoginAsync(second, Other, OtherIsid))
        using (RawInitiator stranger = await LoginAsync(second, Other, OtherIsid + 1))
        {
            Assert.That(await WriteAsync(other, 2), Is.EqualTo(ReservationConflict));
            Assert.That(await WriteAsync(stranger, 3), Is.EqualTo(ReservationConflict));
            using RawInitiator holder = await LoginAsync(second, Holder, HolderIsid);
            Assert.That(await WriteAsync(holder, 4), Is.EqualTo(Good));
            (uint generation, List<string> status) = await FullStatusAsync(other);
            Assert.That(generation, Is.Zero, "Power on makes it zero.");
            // The ISID (RFC 7143 11.12.5): 80h for the random type, the four bytes given at login, and zero.
            Assert.That(status, Is.EquivalentTo(new[]
            {
                $"{Holder},i,0x801000000100 A1A2A3A4A5A6A7A8 holds 1",
                $"{Other},i,0x801000000200 B1B2B3B4B5B6B7B8",
            }));
        }
        await second.StopAsync();
        byte[] written = await File.ReadAllBytesAsync(_disk);
        Assert.That(written.Take(5 * 512).Where((_, at) => at % 512 == 0), Is.EqualTo(new byte[] { 0, 0, 0, 0, 4 }));
    }

    [Test]
    public async Task What_was_switched_off_before_the_kill_is_gone()
    {
        await using (ServeDiskProcess first = await StartAsync())
        {
            using RawInitiator holder = await LoginAsync(first, Holder, HolderIsid);
            Assert.That(await RegisterAsync(holder, HolderKey, aptpl: true), Is.EqualTo(Good));
            Assert.That(await OutAsync(holder, 1, WriteExclusive, HolderKey, 0), Is.EqualTo(Good));
            Assert.That(await RegisterAsync(holder, HolderKey, aptpl: false), Is.EqualTo(Good));
            await first.KillAsync();
        }
        await using ServeDiskProcess second = await StartAsync();
        using (RawInitiator other = await LoginAsync(second, Other, OtherIsid))
        {
            Assert.That(await WriteAsync(other, 1), Is.EqualTo(Good));
            Assert.That((await FullStatusAsync(other)).Status, Is.Empty);
        }
        await second.StopAsync();
    }

    private Task<ServeDiskProcess> StartAsync() => ServeDiskProcess.StartAsync([$"file={_disk}"], ["--state", _state]);

    /// <summary>Logs in and takes the unit attention of power on.</summary>
    private static async Task<RawInitiator> LoginAsync(ServeDiskProcess server, string name, uint isid)
    {
        RawInitiator initiator = await RawInitiator.LoginAsync(server.Port, ServeDiskProcess.Iqn, name, isid);
        (byte status, byte[] _) = await initiator.ReadAsync(0, _testUnitReady, 0);
        Assert.That(status, Is.EqualTo(CheckCondition));
        return initiator;
    }

    /// <summary>Fills a block with its own number.</summary>
    private static Task<byte> WriteAsync(RawInitiator initiator, byte block)
    {
        var data = new byte[512];
        data.AsSpan().Fill(block);
        return initiator.WriteAsync(0, [0x2A, 0, 0, 0, 0, block, 0, 0, 1, 0], data);
    }

    private static Task<byte> RegisterAsync(RawInitiator initiator, ulong key, bool aptpl) =>
        OutAsync(initiator, 6, 0, 0, key, aptpl);

    /// <summary>PERSISTENT RESERVE OUT with the basic parameter list (SPC-6).</summary>
    private static Task<byte> OutAsync(
        RawInitiator initiator, byte serviceAction, byte type, ulong key, ulong serviceActionKey, bool aptpl = false)
    {
        var list = new byte[24];
        BinaryPrimitives.WriteUInt64BigEndian(list, key);
        BinaryPrimitives.WriteUInt64BigEndian(list.AsSpan(8), serviceActionKey);
        list[20] = aptpl ? (byte)1 : (byte)0;
        return initiator.WriteAsync(0, [0x5F, serviceAction, type, 0, 0, 0, 0, 0, 24, 0], list);
    }

    /// <summary>READ FULL STATUS (SPC-6): PRGENERATION, and each registrant with its key and what it holds.</summary>
    private static async Task<(uint Generation, List<string> Status)> FullStatusAsync(RawInitiator initiator)
    {
        (byte status, byte[] data) = await initiator.ReadAsync(0, [0x5E, 3, 0, 0, 0, 0, 0, 4, 0, 0], 1024);
        Assert.That(status, Is.EqualTo(Good));
        int length = BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(4));
        Assert.That(data, Has.Length.EqualTo(8 + length));
        List<string> registrants = [];
        for (int at = 8; at < data.Length;)
        {
            ulong key = BinaryPrimitives.ReadUInt64BigEndian(data.AsSpan(at));
            string holds = (data[at + 12] & 1) != 0 ? $" holds {data[at + 13]}" : "";
            int idLength = BinaryPrimitives.ReadInt32BigEndian(data.AsSpan(at + 20));
            // TransportID of an iSCSI initiator port: a header of 4 bytes, then text that ends with a null.
            string name = Encoding.UTF8.GetString(data, at + 28, idLength - 4).TrimEnd('\0');
            registrants.Add($"{name} {key:X16}{holds}");
            at += 24 + idLength;
        }
        return (BinaryPrimitives.ReadUInt32BigEndian(data), registrants);
    }
}
