using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Scst.Iscsi.Protocol;

/// <summary>
/// The CRC32C of header and data digests (RFC 7143 13.1): generator 0x11edc6f41, reflected, complemented before and after.
/// A value under way; append spans in order, then take <see cref="Value"/>.
/// </summary>
internal struct Crc32C
{
    // Long input is taken as three streams side by side, since a processor starts a CRC instruction every cycle but
    // needs three to finish one. The streams' values are joined by moving them past the bytes that follow them.
    private const int StreamLength = 1024;
    private const int RoundLength = 3 * StreamLength;

    private static readonly Crc32CShift _pastOneStream = new(StreamLength);
    private static readonly Crc32CShift _pastTwoStreams = new(2 * StreamLength);

    // The complement of the register, so that default is the value of no bytes.
    private uint _complement;

    /// <summary>The CRC of what has been appended, in its polynomial's usual (reflected) form.</summary>
    public readonly uint Value => _complement;

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = default(Crc32C);
        crc.Append(bytes);
        return crc.Value;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var register = ~_complement;
        while (bytes.Length >= RoundLength)
        {
            register = Round(register, bytes[..RoundLength]);
            bytes = bytes[RoundLength..];
        }

        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        if (BitConverter.IsLittleEndian)
        {
            foreach (var word in words)
                register = BitOperations.Crc32C(register, word);
        }
        else
        {
            foreach (var word in words)
                register = BitOperations.Crc32C(register, BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var value in bytes[(words.Length * sizeof(ulong))..])
            register = BitOperations.Crc32C(register, value);
        _complement = ~register;
    }

    /// <summary>Appends the padding of a data segment, which the digest covers (RFC 7143 11.2.3).</summary>
    public void AppendZeros(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var register = ~_complement;
        for (; count > 0; count--)
            register = BitOperations.Crc32C(register, (byte)0);
        _complement = ~register;
    }

    /// <summary>Writes the digest word: x^31 is bit 7 of its first byte, which is the reflected value least byte first.</summary>
    public readonly void WriteDigest(Span<byte> destination) => BinaryPrimitives.WriteUInt32LittleEndian(destination, Value);

    public readonly bool Matches(ReadOnlySpan<byte> digest) => BinaryPrimitives.ReadUInt32LittleEndian(digest) == Value;

    private static uint Round(uint register, ReadOnlySpan<byte> bytes)
    {
        var first = MemoryMarshal.Cast<byte, ulong>(bytes[..StreamLength]);
        var second = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(StreamLength, StreamLength))[..first.Length];
        var third = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(2 * StreamLength, StreamLength))[..first.Length];
        uint b = 0, c = 0;
        if (BitConverter.IsLittleEndian)
        {
            for (var i = 0; i < first.Length; i++)
            {
                register = BitOperations.Crc32C(register, first[i]);
                b = BitOperations.Crc32C(b, second[i]);
                c = BitOperations.Crc32C(c, third[i]);
            }
        }
        else
        {
            for (var i = 0; i < first.Length; i++)
            {
                register = BitOperations.Crc32C(register, BinaryPrimitives.ReverseEndianness(first[i]));
                b = BitOperations.Crc32C(b, BinaryPrimitives.ReverseEndianness(second[i]));
                c = BitOperations.Crc32C(c, BinaryPrimitives.ReverseEndianness(third[i]));
            }
        }

        return _pastTwoStreams.Apply(register) ^ _pastOneStream.Apply(b) ^ c;
    }
}
