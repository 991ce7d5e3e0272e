using System;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol.Reservations;

public class TransportIdTests
{
    private const string Zeros8 = "0000000000000000";

    internal static Gen<string> IscsiName { get; } =
        from length in Gen.Choose(1, TransportId.MaxIscsiNameLength)
        from letters in Gen.Elements("abcxyzABCXYZ0189-.:".ToCharArray()).ArrayOf(length)
        select new string(letters);

    internal static Gen<TransportId> Any { get; } = Gen.OneOf(
        U64.Select(TransportId.FibreChannel),
        U64.Select(TransportId.Sas),
        Bytes(16).Select(bytes => TransportId.Rdma(bytes)),
        from name in IscsiName from isid in U64 select TransportId.Iscsi(name, isid >> 16),
        IscsiName.Select(TransportId.IscsiDevice),
        Opaque());

    [Test]
    public void Formats_of_fixed_length_are_where_the_standard_has_them()
    {
        Assert.That(
            Written(TransportId.FibreChannel(0x0102_0304_0506_0708)),
            Is.EqualTo(Hex("00" + "00000000000000" + "0102030405060708" + Zeros8)));
        Assert.That(
            Written(TransportId.Sas(0x5001_0203_0405_0607)),
            Is.EqualTo(Hex("06000000" + "5001020304050607" + "00000000" + Zeros8)));
        byte[] port = [.. Enumerable.Range(0x10, 16).Select(value => (byte)value)];
        Assert.That(Written(TransportId.Rdma(port)), Is.EqualTo(Hex("0400000000000000" + "101112131415161718191A1B1C1D1E1F")));
    }

    [Test]
    public void An_iscsi_port_is_its_name_separator_and_session_identifier_then_nulls_to_a_multiple_of_four()
    {
        // 11 + 5 + 12 = 28 characters leave no room for the null in 28, so there are 32.
        byte[] expected = [0x45, 0, 0, 32, .. Encoding.ASCII.GetBytes("iqn.2026.a:,i,0x00023d000001"), 0, 0, 0, 0];
        Assert.That(Written(TransportId.Iscsi("iqn.2026.a:", 0x0002_3D00_0001)), Is.EqualTo(expected));
        byte[] oneNull = [0x45, 0, 0, 28, .. Encoding.ASCII.GetBytes("iqn.2026.a,i,0x800000000000"), 0];
        Assert.That(Written(TransportId.Iscsi("iqn.2026.A", 0x8000_0000_0000)), Is.EqualTo(oneNull));
    }

    [Test]
    public void An_iscsi_node_is_its_name_then_nulls_to_at_least_twenty_bytes()
    {
        byte[] expected = [0x05, 0, 0, 20, .. Encoding.ASCII.GetBytes("iqn.x"), .. new byte[15]];
        Assert.That(Written(TransportId.IscsiDevice("iqn.x")), Is.EqualTo(expected));
        byte[] full = [0x05, 0, 0, 24, .. Encoding.ASCII.GetBytes("iqn.2026-01.example."), .. new byte[4]];
        Assert.That(Written(TransportId.IscsiDevice("iqn.2026-01.example.")), Is.EqualTo(full));
    }

    [Test]
    public void The_longest_iscsi_transport_ids_have_the_lengths_that_follow_from_the_longest_name()
    {
        string name = new('a', 223);
        Assert.That(TransportId.IscsiDevice(name).Length, Is.EqualTo(228));
        Assert.That(TransportId.Iscsi(name, 0).Length, Is.EqualTo(4 + 244));
        Assert.That(() => TransportId.IscsiDevice(name + "a"), Throws.ArgumentException);
        Assert.That(() => TransportId.Iscsi("a", 1UL << 48), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase("")]
    [TestCase("iqn.a,i,0x1")]
    [TestCase("iqn a")]
    [TestCase("iqn.\0")]
    [TestCase("iqn.\u007f")]
    public void A_name_that_could_be_taken_for_more_than_a_name_is_refused(string name) =>
        Assert.That(() => TransportId.IscsiDevice(name), Throws.ArgumentException);

    [Test]
    public void What_is_written_is_read_as_the_same() => ForAll(Any, transportId =>
    {
        byte[] bytes = [.. Written(transportId), 0xFF, 0xFF];
        return TransportId.TryParse(bytes, out var read, out int length)
            && length == transportId.Length
            && length % 4 == 0
            && length >= TransportId.MinLength
            && read.Equals(transportId)
            && read.GetHashCode() == transportId.GetHashCode()
            && read.Bytes.SequenceEqual(transportId.Bytes)
            && read.ToString() == transportId.ToString();
    });

    [Test]
    public void Names_and_session_identifiers_come_back() => ForAll(
        from name in IscsiName from isid in U64 select (name, isid >> 16),
        pair => TransportId.Iscsi(pair.name, pair.Item2) is { } port
            && port.IscsiName!.Equals(pair.name, StringComparison.OrdinalIgnoreCase)
            && !port.IscsiName!.Any(char.IsAsciiLetterUpper)
            && port.Isid == pair.Item2
            && !port.IsIscsiDevice
            && port.IsPortOf(TransportId.IscsiDevice(pair.name.ToUpperInvariant()))
            && !port.IsPortOf(TransportId.IscsiDevice("_" + pair.name[1..]))
            && !port.IsPortOf(port));

    [Test]
    public void Every_truncation_is_refused() => ForAll(Any, transportId =>
        LeastLength(Written(transportId), source => TransportId.TryParse(source, out _, out _)) == transportId.Length);

    [Test]
    public void Random_bytes_never_throw() => NeverThrows(
        source => TransportId.TryParse(source, out _, out _),
        [0x45, 0, 0, 0x14],
        [0x45, 0, 0, 0x18, .. "a,i,0x"u8],
        [0x05, 0, 0xFF, 0xFC],
        [0x00],
        [0x06],
        [0x44]);

    [Test]
    public void Reserved_bytes_padding_and_case_do_not_make_another_port()
    {
        byte[] fibreChannel = Written(TransportId.FibreChannel(7));
        fibreChannel[0] |= 0x30;
        fibreChannel[1] = 1;
        fibreChannel[23] = 1;
        Assert.That(Parsed(fibreChannel), Is.EqualTo(TransportId.FibreChannel(7)));

        byte[] padded = [0x45, 0, 0, 32, .. Encoding.ASCII.GetBytes("IQN.A,i,0xABCDEF000001"), 0, .. "trailing!"u8];
        Assert.That(Parsed(padded), Is.EqualTo(TransportId.Iscsi("iqn.a", 0xABCD_EF00_0001)));
        byte[] shortIdentifier = [0x45, 0, 0, 20, .. Encoding.ASCII.GetBytes("iqn.a,i,0x1f"), .. new byte[8]];
        Assert.That(Parsed(shortIdentifier), Is.EqualTo(TransportId.Iscsi("iqn.a", 0x1F)));
    }

    [Test]
    public void Different_ports_differ()
    {
        TransportId[] ports =
        [
            TransportId.FibreChannel(1), TransportId.FibreChannel(2), TransportId.Sas(1), TransportId.Rdma(new byte[16]),
            TransportId.Iscsi("iqn.a", 1), TransportId.Iscsi("iqn.a", 2), TransportId.Iscsi("iqn.b", 1), TransportId.IscsiDevice("iqn.a"),
        ];
        Assert.That(ports.Distinct().Count(), Is.EqualTo(ports.Length));
        Assert.That(ports.Select(port => port.ToString()).Distinct().Count(), Is.EqualTo(ports.Length));
    }

    [TestCase("45 00 0010 " + Text16, TestName = "An additional length below 20")]
    [TestCase("45 00 0016 " + Text16 + "000000000000", TestName = "An additional length that is no multiple of four")]
    [TestCase("45 00 0018 " + Text16 + "00000000", TestName = "An additional length beyond the end")]
    [TestCase("85 00 0014 " + Text16 + "00000000", TestName = "A reserved format of iSCSI")]
    [TestCase("40 000000" + Zeros8 + Zeros8 + "00000000", TestName = "A reserved format of Fibre Channel")]
    [TestCase("44 000000" + Zeros8 + Zeros8 + "00000000", TestName = "A reserved format of SRP")]
    [TestCase("86 000000" + Zeros8 + Zeros8 + "00000000", TestName = "A reserved format of SAS")]
    [TestCase("05 00 0014 " + Text16 + "61616161", TestName = "No null at the end")]
    [TestCase("05 00 0014 " + Zeros8 + Zeros8 + "00000000", TestName = "No name")]
    [TestCase("45 00 0014 2C692C3078310000" + Zeros8 + "00000000", TestName = "No name before the separator")]
    [TestCase("45 00 0014 612C692C30780000" + Zeros8 + "00000000", TestName = "No session identifier")]
    [TestCase("45 00 0014 612C692C30786700" + Zeros8 + "00000000", TestName = "A session identifier that is no number")]
    [TestCase("45 00 0014 612C692C3078313131313131313131313131 3100", TestName = "A session identifier of thirteen digits")]
    [TestCase("45 00 0014 61620063692C3078310000000000000000000000", TestName = "A null before the separator")]
    [TestCase("05 00 0014 612C620000000000" + Zeros8 + "00000000", TestName = "A comma in the name of a node")]
    public void What_is_malformed_is_refused(string bytes)
    {
        Assert.That(TransportId.TryParse(Hex(bytes), out var transportId, out int length), Is.False);
        Assert.That(transportId, Is.Null);
        Assert.That(length, Is.Zero);
    }

    // "iqn.a,i,0x123456"
    private const string Text16 = "69716E2E612C692C3078313233343536";

    [Test]
    public void The_well_formed_beginning_of_the_malformed_ones_is_taken() =>
        Assert.That(Parsed(Hex("45 00 0014 " + Text16 + "00000000")), Is.EqualTo(TransportId.Iscsi("iqn.a", 0x123456)));

    [Test]
    public void A_list_is_read_as_it_was_written() => ForAll(Any.ListOf(), list =>
    {
        TransportId[] ids = [.. list.Take(20)];
        byte[] bytes = Build(destination => TransportIdList.Write(destination, ids));
        return bytes.Length == TransportIdList.GetLength(ids)
            && TransportIdList.TryParse(bytes, out var read, out _)
            && read.Select(pair => pair.TransportId).SequenceEqual(ids)
            && read.All(pair => TransportId.TryParse(bytes.AsSpan(pair.Offset), out var at, out _) && at.Equals(pair.TransportId));
    });

    [Test]
    public void A_list_that_ends_inside_a_transport_id_is_refused_with_the_offset_of_that_one()
    {
        byte[] list = [.. Written(TransportId.Sas(1)), .. Written(TransportId.Iscsi("iqn.a", 1)), .. Written(TransportId.Sas(2))];
        int[] ends = [0, 24, 24 + TransportId.Iscsi("iqn.a", 1).Length, list.Length];
        for (int length = 0; length <= list.Length; length++)
        {
            bool isWhole = TransportIdList.TryParse(list.AsSpan(0, length), out var ids, out int offender);
            Assert.That(isWhole, Is.EqualTo(ends.Contains(length)), $"{length} bytes");
            Assert.That(
                isWhole ? ids!.Count : offender,
                Is.EqualTo(isWhole ? Array.IndexOf(ends, length) : ends.Last(end => end < length)));
        }
    }

    internal static byte[] Written(TransportId transportId) => Build(transportId.WriteTo);

    private static TransportId Parsed(byte[] bytes)
    {
        Assert.That(TransportId.TryParse(bytes, out var transportId, out int length), Is.True);
        Assert.That(length, Is.EqualTo(bytes.Length));
        return transportId!;
    }

    private static Gen<TransportId> Opaque() =>
        from protocol in Gen.Elements<byte>(0x1, 0x2, 0x3, 0x7, 0x8, 0x9, 0xA, 0xB, 0xF)
        from format in Gen.Choose(0, 3)
        from rest in Bytes(23)
        select Parsed([(byte)(protocol | format << 6), .. rest]);
}
