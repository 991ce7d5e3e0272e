using System;
using System.Text.Unicode;

namespace Scst.Iscsi.Protocol;

/// <summary>
/// Reads the key=value pairs of one logical text data segment, each ended by a null byte (RFC 7143 6.1). Null bytes between
/// pairs are skipped: some initiators count their padding as data.
/// </summary>
internal ref struct TextKeyReader
{
    public const int MaxKeyLength = 63;

    /// <summary>
    /// Longest value taken. A simple value has at most 255 bytes (RFC 7143 6.1); lists and binary values may be longer,
    /// and this is what every target must take in one negotiation.
    /// </summary>
    public const int MaxValueLength = 8192;

    private ReadOnlySpan<byte> _rest;

    public TextKeyReader(ReadOnlySpan<byte> text)
    {
        _rest = text;
        Fault = TextFault.None;
    }

    /// <summary>Why <see cref="TryRead"/> gave up; <see cref="TextFault.None"/> if it simply came to the end.</summary>
    public TextFault Fault { get; private set; }

    /// <summary>The next pair; false at the end and after a fault.</summary>
    public bool TryRead(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = default;
        value = default;
        if (Fault != TextFault.None)
            return false;
        var start = _rest.IndexOfAnyExcept((byte)0);
        if (start < 0)
        {
            _rest = default;
            return false;
        }

        _rest = _rest[start..];
        var end = _rest.IndexOf((byte)0);
        if (end < 0)
            return Fail(TextFault.MissingTerminator);
        var pair = _rest[..end];
        _rest = _rest[(end + 1)..];

        var equals = pair.IndexOf((byte)'=');
        if (equals < 0)
            return Fail(TextFault.MissingEquals);
        if (equals == 0)
            return Fail(TextFault.EmptyKey);
        if (equals > MaxKeyLength)
            return Fail(TextFault.KeyTooLong);
        if (!IsKeyName(pair[..equals]))
            return Fail(TextFault.InvalidKeyCharacter);
        var candidate = pair[(equals + 1)..];
        if (candidate.Length > MaxValueLength)
            return Fail(TextFault.ValueTooLong);
        if (!Utf8.IsValid(candidate))
            return Fail(TextFault.InvalidUtf8);
        key = pair[..equals];
        value = candidate;
        return true;
    }

    // A standard-label begins with a capital letter, but iSCSIProtocolLevel does not, and X#NodeArchitecture has a '#'.
    private static bool IsKeyName(ReadOnlySpan<byte> key)
    {
        foreach (var character in key)
        {
            if (!char.IsAsciiLetterOrDigit((char)character) && !".-+@_#"u8.Contains(character))
                return false;
        }

        return true;
    }

    private bool Fail(TextFault fault)
    {
        Fault = fault;
        _rest = default;
        return false;
    }
}
