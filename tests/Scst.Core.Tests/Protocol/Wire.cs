using System;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Scst.Core.Tests.Protocol;

/// <summary>What all tests of bytes on the wire need.</summary>
internal static class Wire
{
    /// <summary>Something that reads bytes and says whether they were what it wanted.</summary>
    public delegate bool Parser(ReadOnlySpan<byte> source);

    /// <summary>Something that writes bytes and says how many.</summary>
    public delegate int Builder(Span<byte> destination);

    /// <summary>Bytes written as pairs of hexadecimal digits with spaces between.</summary>
    public static byte[] Hex(string text) =>
        Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>
    /// Runs a builder into a buffer full of noise, and again into one of exactly the right size: it must set every byte that it
    /// counts and none beyond.
    /// </summary>
    public static byte[] Build(Builder builder)
    {
        var roomy = new byte[8192];
        roomy.AsSpan().Fill(0xA5);
        var length = builder(roomy);
        Assert.That(roomy.AsSpan(length).IndexOfAnyExcept((byte)0xA5), Is.Negative, "Bytes behind the data were touched.");
        var exact = new byte[length];
        exact.AsSpan().Fill(0x5A);
        Assert.That(builder(exact), Is.EqualTo(length));
        Assert.That(roomy.AsSpan(0, length).SequenceEqual(exact), "A byte of the data was left as it was.");
        return exact;
    }

    /// <summary>A builder must refuse every buffer that is too short.</summary>
    public static void RefusesShortBuffers(Builder builder)
    {
        var length = Build(builder).Length;
        for (var size = 0; size < length; size++)
        {
            var tooShort = new byte[size];
            Assert.That(() => builder(tooShort), Throws.InstanceOf<ArgumentException>(), $"{size} of {length} bytes were enough.");
        }
    }

    /// <summary>A parser must take or refuse random bytes, with one of the given beginnings or none, and never throw.</summary>
    public static void NeverThrows(Parser parser, params byte[][] beginnings)
    {
        byte[][] all = [[], .. beginnings];
        var inputs =
            from beginning in Gen.Elements<byte[]>(all)
            from length in Gen.Choose(0, 300)
            from rest in Bytes(length)
            select (byte[])[.. beginning, .. rest];
        ForAll(inputs, input =>
        {
            parser(input);
            return true;
        });
    }

    /// <summary>How many bytes of a truncated input a parser needs: it refuses every shorter one and takes every longer one.</summary>
    public static int LeastLength(byte[] whole, Parser parser)
    {
        var least = 0;
        for (var length = 0; length <= whole.Length; length++)
        {
            if (!parser(whole.AsSpan(0, length)))
            {
                Assert.That(least, Is.EqualTo(length), $"It was taken with fewer than {length} bytes.");
                least = length + 1;
            }
        }
        Assert.That(least, Is.LessThanOrEqualTo(whole.Length), "Even the whole input was refused.");
        return least;
    }

    public static Gen<byte[]> Bytes(int length) => U8.ArrayOf(length);

    public static Gen<byte> U8 { get; } = Gen.Choose(0, 0xFF).Select(value => (byte)value);

    public static Gen<bool> Bool { get; } = Gen.Elements(false, true);

    public static Gen<ushort> U16 { get; } = Gen.Choose(0, 0xFFFF).Select(value => (ushort)value);

    /// <summary>Any number, the highest and the lowest more often than chance would have them.</summary>
    public static Gen<uint> U32 { get; } = Gen.OneOf(
        Gen.Elements(0u, 1u, 0x7FFF_FFFFu, 0x8000_0000u, uint.MaxValue),
        Bytes(4).Select(bytes => BitConverter.ToUInt32(bytes)));

    /// <summary>Any number, the highest and the lowest more often than chance would have them.</summary>
    public static Gen<ulong> U64 { get; } = Gen.OneOf(
        Gen.Elements(0ul, 1ul, uint.MaxValue, 0x1_0000_0000ul, ulong.MaxValue),
        U32.Select(value => (ulong)value),
        Bytes(8).Select(bytes => BitConverter.ToUInt64(bytes)));

    /// <summary>ASCII graphic characters, the last of them no space.</summary>
    public static Gen<string> Text(int highestLength) =>
        from length in Gen.Choose(0, highestLength)
        from characters in Gen.Choose(0x20, 0x7E).Select(value => (char)value).ArrayOf(length)
        select new string(characters).TrimEnd(' ');

    public static Gen<T?> Optional<T>(Gen<T> values)
        where T : struct =>
        from present in Bool
        from value in values
        select present ? value : (T?)null;

    /// <summary>Checks a property of values that a generator gives.</summary>
    public static void ForAll<T>(Gen<T> values, Func<T, bool> property) =>
        Prop.ForAll(values.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
}
