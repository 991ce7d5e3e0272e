using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Protocol;

[TestFixture]
public class TextKeyReaderTests
{
    [Test]
    public void Pairs_come_in_their_order()
    {
        var pairs = Read("InitiatorName=iqn.2001-04.com.example:a\0SessionType=Discovery\0"u8.ToArray(), out var fault);
        Assert.That(pairs, Is.EqualTo(new[] { "InitiatorName=iqn.2001-04.com.example:a", "SessionType=Discovery" }));
        Assert.That(fault, Is.EqualTo(TextFault.None));
    }

    [Test]
    public void The_value_is_what_follows_the_first_equals_sign()
    {
        Assert.That(Read("A=b=c=\0"u8.ToArray(), out _), Is.EqualTo(new[] { "A=b=c=" }));
    }

    [Test]
    public void A_value_may_be_empty()
    {
        Assert.That(Read("SendTargets=\0"u8.ToArray(), out var fault), Is.EqualTo(new[] { "SendTargets=" }));
        Assert.That(fault, Is.EqualTo(TextFault.None));
    }

    [Test]
    public void Null_bytes_between_and_after_pairs_are_padding()
    {
        Assert.That(Read("\0A=1\0\0\0B=2\0\0"u8.ToArray(), out var fault), Is.EqualTo(new[] { "A=1", "B=2" }));
        Assert.That(fault, Is.EqualTo(TextFault.None));
    }

    [TestCase("A=1", nameof(TextFault.MissingTerminator))]
    [TestCase("A=1\0B", nameof(TextFault.MissingTerminator))]
    [TestCase("A\0", nameof(TextFault.MissingEquals))]
    [TestCase("=1\0", nameof(TextFault.EmptyKey))]
    [TestCase("A b=1\0", nameof(TextFault.InvalidKeyCharacter))]
    [TestCase("Ä=1\0", nameof(TextFault.InvalidKeyCharacter))]
    public void Malformed_text_is_told(string text, string fault)
    {
        Read(Encoding.UTF8.GetBytes(text), out var actual);
        Assert.That(actual.ToString(), Is.EqualTo(fault));
    }

    [TestCase(63, nameof(TextFault.None))]
    [TestCase(64, nameof(TextFault.KeyTooLong))]
    public void A_key_has_at_most_63_characters(int length, string fault)
    {
        Read(Text.Encode(new string('K', length) + "=1"), out var actual);
        Assert.That(actual.ToString(), Is.EqualTo(fault));
    }

    [TestCase(TextKeyReader.MaxValueLength, nameof(TextFault.None))]
    [TestCase(TextKeyReader.MaxValueLength + 1, nameof(TextFault.ValueTooLong))]
    public void A_value_has_a_limit(int length, string fault)
    {
        Read(Text.Encode("K=" + new string('v', length)), out var actual);
        Assert.That(actual.ToString(), Is.EqualTo(fault));
    }

    [Test]
    public void A_value_that_is_no_UTF_8_is_told()
    {
        Read([(byte)'A', (byte)'=', 0xff, 0], out var fault);
        Assert.That(fault, Is.EqualTo(TextFault.InvalidUtf8));
    }

    [Test]
    public void After_a_fault_nothing_more_is_read()
    {
        Assert.That(Read("A=1\0B\0C=3\0"u8.ToArray(), out _), Is.EqualTo(new[] { "A=1" }));
    }

    [Test]
    public void Every_truncation_of_a_pair_is_a_fault_or_a_shorter_list()
    {
        var whole = Text.Encode("First=1", "Second=two");
        for (var length = 0; length <= whole.Length; length++)
        {
            var pairs = Read(whole.AsSpan(0, length).ToArray(), out var fault);
            var clean = length is 0 or 8 || length == whole.Length;
            Assert.That(fault, Is.EqualTo(clean ? TextFault.None : TextFault.MissingTerminator), $"{length} bytes");
            Assert.That(pairs, Has.Count.EqualTo(length == whole.Length ? 2 : length >= 8 ? 1 : 0));
        }
    }

    [Test]
    public void What_the_writer_writes_the_reader_reads()
    {
        var keys = Gen.Elements("ABCXYZabcz019.-+@_#".ToCharArray()).ArrayOf().Select(c => new string(c))
            .Where(k => k.Length is > 0 and < 64);
        var values = Gen.Elements("AZaz09 .,:=/[]~äß€".ToCharArray()).ArrayOf().Select(c => new string(c));
        Properties.Hold(
            keys.SelectMany(k => values.Select(v => (k, v))).ListOf(),
            pairs =>
            {
                var buffer = new TextBuffer();
                var writer = new TextKeyWriter(buffer);
                foreach (var (key, value) in pairs)
                    writer.TryAdd(key, value);
                return Text.Decode(buffer.Written).SequenceEqual(pairs.Select(p => p.k + "=" + p.v));
            });
    }

    [Test]
    public void Random_bytes_never_throw()
    {
        Properties.Hold(
            Gen.Elements("A=1\0Ä\xff".ToCharArray()).Select(c => (byte)c).ArrayOf(),
            b =>
            {
                Read(b, out _);
                return true;
            },
            3000);
    }

    [TestCase("0", true, 0ul)]
    [TestCase("8192", true, 8192ul)]
    [TestCase("0x2000", true, 8192ul)]
    [TestCase("0XfF", true, 255ul)]
    [TestCase("18446744073709551615", true, ulong.MaxValue)]
    [TestCase("18446744073709551616", false, 0ul)]
    [TestCase("0x10000000000000000", false, 0ul)]
    [TestCase("", false, 0ul)]
    [TestCase("007", false, 0ul)]
    [TestCase("0x", false, 0ul)]
    [TestCase("-1", false, 0ul)]
    [TestCase("+1", false, 0ul)]
    [TestCase(" 1", false, 0ul)]
    [TestCase("1 ", false, 0ul)]
    [TestCase("1,000", false, 0ul)]
    [TestCase("0x 1", false, 0ul)]
    public void Numbers_are_decimal_or_hexadecimal_constants(string text, bool valid, ulong value)
    {
        Assert.That(TextNumber.TryParse(text, out var number), Is.EqualTo(valid));
        if (valid)
            Assert.That(number, Is.EqualTo(value));
    }

    [Test]
    public void A_buffer_refuses_what_exceeds_its_cap_and_keeps_what_it_has()
    {
        var buffer = new TextBuffer(10);
        Assert.That(buffer.TryAppend("1234567"u8), Is.True);
        Assert.That(buffer.TryAppend("8901"u8), Is.False);
        Assert.That(buffer.TryAppend("890"u8), Is.True);
        Assert.That(buffer.TryAppend("x"u8), Is.False);
        Assert.That(buffer.Written.ToArray(), Is.EqualTo("1234567890"u8.ToArray()));
    }

    private static List<string> Read(byte[] text, out TextFault fault)
    {
        var pairs = new List<string>();
        var reader = new TextKeyReader(text);
        while (reader.TryRead(out var key, out var value))
            pairs.Add(Encoding.UTF8.GetString(key) + "=" + Encoding.UTF8.GetString(value));
        fault = reader.Fault;
        Assert.That(reader.TryRead(out _, out _), Is.False);
        return pairs;
    }
}
