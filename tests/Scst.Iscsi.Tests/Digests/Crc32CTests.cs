using System;
using System.Linq;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Digests;

[TestFixture]
public class Crc32CTests
{
    // The CRC examples of RFC 3720 B.4, repeated in RFC 7143 Appendix A: the digest bytes in the order they are sent.
    private static readonly object[] _vectors =
    [
        new object[] { new byte[32], new byte[] { 0xaa, 0x36, 0x91, 0x8a } },
        new object[] { Enumerable.Repeat((byte)0xff, 32).ToArray(), new byte[] { 0x43, 0xab, 0xa8, 0x62 } },
        new object[] { Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(), new byte[] { 0x4e, 0x79, 0xdd, 0x46 } },
        new object[] { Enumerable.Range(0, 32).Select(i => (byte)(31 - i)).ToArray(), new byte[] { 0x5c, 0xdb, 0x3f, 0x11 } },
        new object[]
        {
            new byte[]
            {
                0x01, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, 0x18,
                0x28, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
            },
            new byte[] { 0x56, 0x3a, 0x96, 0xd9 },
        },
    ];

    [TestCaseSource(nameof(_vectors))]
    public void Digest_is_that_of_the_standards_examples(byte[] bytes, byte[] expected)
    {
        var crc = default(Crc32C);
        crc.Append(bytes);
        var digest = new byte[4];
        crc.WriteDigest(digest);
        Assert.That(digest, Is.EqualTo(expected));
        Assert.That(crc.Matches(expected), Is.True);
    }

    [Test]
    public void Check_value_of_the_polynomial_is_right()
    {
        Assert.That(Crc32C.Compute("123456789"u8), Is.EqualTo(0xe306_9283));
    }

    [Test]
    public void Nothing_has_the_crc_zero()
    {
        Assert.That(Crc32C.Compute(default), Is.Zero);
    }

    [Test]
    public void Any_length_and_alignment_agrees_with_the_bitwise_definition()
    {
        Properties.Hold(
            Properties.Bytes(12_000).SelectMany(b => Gen.Choose(0, 9).Select(skip => (b, skip))),
            x =>
            {
                var bytes = x.b.AsSpan(Math.Min(x.skip, x.b.Length));
                return Crc32C.Compute(bytes) == Bitwise(bytes);
            },
            200);
    }

    [TestCase(3071)]
    [TestCase(3072)]
    [TestCase(3073)]
    [TestCase(6144)]
    [TestCase(65536)]
    public void Lengths_around_the_three_stream_round_agree_with_the_bitwise_definition(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        Assert.That(Crc32C.Compute(bytes), Is.EqualTo(Bitwise(bytes)));
    }

    [Test]
    public void Pieces_give_the_same_as_the_whole()
    {
        Properties.Hold(
            Properties.Bytes(8000).SelectMany(b => Gen.Choose(0, b.Length).Select(cut => (b, cut))),
            x =>
            {
                var crc = default(Crc32C);
                crc.Append(x.b.AsSpan(0, x.cut));
                crc.Append(x.b.AsSpan(x.cut));
                return crc.Value == Crc32C.Compute(x.b);
            },
            200);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    [TestCase(100)]
    public void Appending_zeros_is_appending_zero_bytes(int count)
    {
        var crc = default(Crc32C);
        crc.Append([1, 2, 3]);
        crc.AppendZeros(count);
        Assert.That(crc.Value, Is.EqualTo(Crc32C.Compute(new byte[] { 1, 2, 3 }.Concat(new byte[count]).ToArray())));
    }

    [Test]
    public void A_changed_bit_changes_the_digest()
    {
        Properties.Hold(
            Properties.Bytes(200).Where(b => b.Length > 0).SelectMany(b => Gen.Choose(0, b.Length * 8 - 1).Select(bit => (b, bit))),
            x =>
            {
                var changed = x.b.ToArray();
                changed[x.bit / 8] ^= (byte)(1 << (x.bit % 8));
                return Crc32C.Compute(changed) != Crc32C.Compute(x.b);
            });
    }

    /// <summary>The definition: generator 0x11edc6f41 reflected, one bit at a time, complemented before and after.</summary>
    private static uint Bitwise(ReadOnlySpan<byte> bytes)
    {
        var register = uint.MaxValue;
        foreach (var value in bytes)
        {
            register ^= value;
            for (var bit = 0; bit < 8; bit++)
                register = (register & 1) != 0 ? (register >> 1) ^ 0x82f6_3b78 : register >> 1;
        }

        return ~register;
    }
}
