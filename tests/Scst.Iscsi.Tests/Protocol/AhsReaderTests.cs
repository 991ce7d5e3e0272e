using System;
using System.Linq;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Protocol;

[TestFixture]
public class AhsReaderTests
{
    [Test]
    public void No_segments_are_no_fault()
    {
        Assert.That(AhsReader.Read(default, out var ahs), Is.EqualTo(AhsFault.None));
        Assert.That(ahs.ExtendedCdb.IsEmpty, Is.True);
        Assert.That(ahs.BidirectionalReadLength, Is.Null);
    }

    [Test]
    public void A_32_byte_CDB_has_16_bytes_here_and_an_AHSLength_of_17()
    {
        // RFC 7143 11.2.2.3: AHSLength = CDBLength - 15.
        byte[] segment = [0, 17, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
        Assert.That(AhsReader.Read(segment, out var ahs), Is.EqualTo(AhsFault.None));
        Assert.That(ahs.ExtendedCdb.ToArray(), Is.EqualTo(Enumerable.Range(1, 16).Select(i => (byte)i)));
    }

    [Test]
    public void The_bidirectional_read_length_is_read()
    {
        byte[] segment = [0, 5, 2, 0, 0x01, 0x02, 0x03, 0x04];
        Assert.That(AhsReader.Read(segment, out var ahs), Is.EqualTo(AhsFault.None));
        Assert.That(ahs.BidirectionalReadLength, Is.EqualTo(0x0102_0304));
    }

    [Test]
    public void Both_segments_in_either_order_round_trip()
    {
        Properties.Hold(
            Gen.Choose(1, 244).SelectMany(n => Properties.Bytes(n).Where(b => b.Length == n)
                .SelectMany(cdb => Properties.UInt32()
                    .SelectMany(length => Gen.Elements(true, false).Select(first => (cdb, length, first))))),
            x =>
            {
                var cdb = AhsWriter.ExtendedCdb(x.cdb);
                var read = AhsWriter.BidirectionalReadLength(x.length);
                byte[] segments = x.first ? [.. cdb, .. read] : [.. read, .. cdb];
                return AhsReader.Read(segments, out var ahs) == AhsFault.None
                    && ahs.ExtendedCdb.SequenceEqual(x.cdb) && ahs.BidirectionalReadLength == x.length;
            },
            100);
    }

    [Test]
    public void Every_truncation_inside_a_segment_is_a_fault()
    {
        byte[] whole = [.. AhsWriter.ExtendedCdb(new byte[16]), .. AhsWriter.BidirectionalReadLength(7)];
        for (var length = 1; length < whole.Length; length++)
        {
            if (length == 20)
                continue;
            Assert.That(AhsReader.Read(whole.AsSpan(0, length), out var ahs), Is.EqualTo(AhsFault.Truncated), $"{length} bytes");
            Assert.That(ahs.ExtendedCdb.IsEmpty, Is.True);
        }
    }

    [TestCase(new byte[] { 0, 1, 1, 0 }, AhsFault.BadLength)]
    [TestCase(new byte[] { 0, 4, 2, 0, 0, 0, 0, 0 }, AhsFault.BadLength)]
    [TestCase(new byte[] { 0, 1, 3, 0 }, AhsFault.UnknownType)]
    [TestCase(new byte[] { 0, 1, 0, 0 }, AhsFault.UnknownType)]
    [TestCase(new byte[] { 0, 5, 2, 0, 0, 0, 0, 0, 0, 5, 2, 0, 0, 0, 0, 0 }, AhsFault.Duplicate)]
    [TestCase(new byte[] { 0, 2, 1, 0, 9, 0, 0, 0, 0, 2, 1, 0, 9, 0, 0, 0 }, AhsFault.Duplicate)]
    [TestCase(new byte[] { 0xff, 0xff, 1, 0 }, AhsFault.Truncated)]
    public void Malformed_segments_are_told(byte[] segments, object fault)
    {
        Assert.That(AhsReader.Read(segments, out _), Is.EqualTo(fault));
    }

    [Test]
    public void Random_bytes_never_throw_and_a_fault_leaves_nothing()
    {
        Properties.Hold(
            Properties.Bytes(64),
            b => AhsReader.Read(b, out var ahs) == AhsFault.None || (ahs.ExtendedCdb.IsEmpty && ahs.BidirectionalReadLength is null),
            2000);
    }
}
