using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Scst.Protocol;

/// <summary>
/// A designation descriptor of the Device Identification page, 83h (SPC-6). Immutable; two are equal when all their fields
/// and bytes are.
/// </summary>
public sealed class Designator : IEquatable<Designator>
{
    /// <summary>Bytes before the designator itself.</summary>
    public const int HeaderLength = 4;

    private const int MaxValueLength = 255;
    private const int VendorIdLength = 8;

    // The longest whole number of four-byte units that DESIGNATOR LENGTH can state.
    private const int MaxScsiNameLength = 252;

    private readonly byte[] _value;

    /// <summary>A descriptor of any type.</summary>
    /// <param name="type">DESIGNATOR TYPE.</param>
    /// <param name="association">ASSOCIATION.</param>
    /// <param name="codeSet">CODE SET.</param>
    /// <param name="value">DESIGNATOR, 0 to 255 bytes; it is copied.</param>
    /// <param name="protocol">PROTOCOL IDENTIFIER, or <see langword="null"/> for PIV zero.</param>
    /// <exception cref="ArgumentException">The value is longer than 255 bytes.</exception>
    public Designator(
        DesignatorType type,
        DesignatorAssociation association,
        CodeSet codeSet,
        ReadOnlySpan<byte> value,
        ProtocolIdentifier? protocol = null)
    {
        if (value.Length > MaxValueLength)
            throw new ArgumentException("DESIGNATOR LENGTH holds at most 255.", nameof(value));
        Type = type;
        Association = association;
        CodeSet = codeSet;
        Protocol = protocol;
        _value = value.ToArray();
    }

    /// <summary>DESIGNATOR TYPE.</summary>
    public DesignatorType Type { get; }

    /// <summary>ASSOCIATION.</summary>
    public DesignatorAssociation Association { get; }

    /// <summary>CODE SET.</summary>
    public CodeSet CodeSet { get; }

    /// <summary>PROTOCOL IDENTIFIER, or <see langword="null"/> when PIV is zero.</summary>
    public ProtocolIdentifier? Protocol { get; }

    /// <summary>DESIGNATOR.</summary>
    public ReadOnlyMemory<byte> Value => _value;

    /// <summary>Bytes of the descriptor, header included.</summary>
    public int Length => HeaderLength + _value.Length;

    /// <summary>
    /// The number of a <see cref="DesignatorType.RelativeTargetPort"/>, <see cref="DesignatorType.TargetPortGroup"/> or
    /// <see cref="DesignatorType.LogicalUnitGroup"/>; <see langword="null"/> of any other type or length.
    /// </summary>
    public ushort? Number => _value.Length == 4
        && Type is DesignatorType.RelativeTargetPort or DesignatorType.TargetPortGroup or DesignatorType.LogicalUnitGroup
        ? BinaryPrimitives.ReadUInt16BigEndian(_value.AsSpan(2))
        : null;

    /// <summary>The text of a <see cref="DesignatorType.ScsiNameString"/>; <see langword="null"/> of any other type.</summary>
    public string? ScsiName
    {
        get
        {
            if (Type != DesignatorType.ScsiNameString)
                return null;
            var end = Array.IndexOf(_value, (byte)0);
            return Encoding.UTF8.GetString(_value, 0, end < 0 ? _value.Length : end);
        }
    }

    /// <summary>T10 vendor ID based designator of the logical unit.</summary>
    /// <param name="vendorId">T10 VENDOR IDENTIFICATION, 0 to 8 ASCII graphic characters.</param>
    /// <param name="vendorSpecific">VENDOR SPECIFIC IDENTIFIER, 0 to 247 ASCII graphic characters.</param>
    /// <returns>The designator.</returns>
    /// <exception cref="ArgumentException">A text is longer or has other characters.</exception>
    public static Designator T10VendorId(string vendorId, string vendorSpecific)
    {
        Ascii.Check(vendorId, VendorIdLength, nameof(vendorId));
        Ascii.Check(vendorSpecific, MaxValueLength - VendorIdLength, nameof(vendorSpecific));
        var value = new byte[VendorIdLength + vendorSpecific.Length];
        Ascii.Write(value.AsSpan(0, VendorIdLength), vendorId);
        Ascii.Write(value.AsSpan(VendorIdLength), vendorSpecific);
        return new(DesignatorType.T10VendorId, DesignatorAssociation.LogicalUnit, CodeSet.Ascii, value);
    }

    /// <summary>EUI-64 based designator of the logical unit.</summary>
    /// <param name="identifier">8, 12 or 16 bytes.</param>
    /// <returns>The designator.</returns>
    /// <exception cref="ArgumentException">Another length.</exception>
    public static Designator Eui64(ReadOnlySpan<byte> identifier) => identifier.Length is 8 or 12 or 16
        ? new(DesignatorType.Eui64, DesignatorAssociation.LogicalUnit, CodeSet.Binary, identifier)
        : throw new ArgumentException("An EUI-64 based identifier has 8, 12 or 16 bytes.", nameof(identifier));

    /// <summary>NAA designator of the logical unit, from all of its bytes.</summary>
    /// <param name="identifier">8 bytes (NAA 2h, 3h or 5h in bits 7 to 4 of the first) or 16 (NAA 6h).</param>
    /// <returns>The designator.</returns>
    /// <exception cref="ArgumentException">Another length or another NAA.</exception>
    public static Designator Naa(ReadOnlySpan<byte> identifier)
    {
        if (identifier.Length is not (8 or 16))
            throw new ArgumentException("An NAA identifier has 8 or 16 bytes.", nameof(identifier));
        if ((identifier[0] >> 4, identifier.Length) is not ((2 or 3 or 5, 8) or (6, 16)))
            throw new ArgumentException("The NAA field does not go with the length.", nameof(identifier));
        return new(DesignatorType.Naa, DesignatorAssociation.LogicalUnit, CodeSet.Binary, identifier);
    }

    /// <summary>NAA Locally Assigned designator (3h) of the logical unit: unique within its owner's control only.</summary>
    /// <param name="locallyAssigned">LOCALLY ADMINISTERED VALUE, 60 bits.</param>
    /// <returns>The designator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value takes more than 60 bits.</exception>
    public static Designator Naa3(ulong locallyAssigned)
    {
        if (locallyAssigned >> 60 != 0)
            throw new ArgumentOutOfRangeException(nameof(locallyAssigned));
        Span<byte> identifier = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(identifier, 3UL << 60 | locallyAssigned);
        return Naa(identifier);
    }

    /// <summary>NAA IEEE Registered designator (5h) of the logical unit.</summary>
    /// <param name="companyId">IEEE COMPANY_ID, 24 bits.</param>
    /// <param name="vendorSpecific">VENDOR SPECIFIC IDENTIFIER, 36 bits.</param>
    /// <returns>The designator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value takes more bits.</exception>
    public static Designator Naa5(uint companyId, ulong vendorSpecific)
    {
        Span<byte> identifier = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(identifier, Registered(5, companyId, vendorSpecific));
        return Naa(identifier);
    }

    /// <summary>NAA IEEE Registered Extended designator (6h) of the logical unit.</summary>
    /// <param name="companyId">IEEE COMPANY_ID, 24 bits.</param>
    /// <param name="vendorSpecific">VENDOR SPECIFIC IDENTIFIER, 36 bits.</param>
    /// <param name="extension">VENDOR SPECIFIC IDENTIFIER EXTENSION.</param>
    /// <returns>The designator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value takes more bits.</exception>
    public static Designator Naa6(uint companyId, ulong vendorSpecific, ulong extension)
    {
        Span<byte> identifier = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(identifier, Registered(6, companyId, vendorSpecific));
        BinaryPrimitives.WriteUInt64BigEndian(identifier.Slice(8), extension);
        return Naa(identifier);
    }

    /// <summary>Relative target port identifier of the target port.</summary>
    /// <param name="relativeTargetPort">RELATIVE TARGET PORT IDENTIFIER, 1 to 65535.</param>
    /// <param name="protocol">PROTOCOL IDENTIFIER of the port, or <see langword="null"/>.</param>
    /// <returns>The designator.</returns>
    public static Designator RelativeTargetPort(ushort relativeTargetPort, ProtocolIdentifier? protocol = null) =>
        OfNumber(DesignatorType.RelativeTargetPort, DesignatorAssociation.TargetPort, relativeTargetPort, protocol);

    /// <summary>Target port group of the target port.</summary>
    /// <param name="targetPortGroup">TARGET PORT GROUP.</param>
    /// <param name="protocol">PROTOCOL IDENTIFIER of the port, or <see langword="null"/>.</param>
    /// <returns>The designator.</returns>
    public static Designator TargetPortGroup(ushort targetPortGroup, ProtocolIdentifier? protocol = null) =>
        OfNumber(DesignatorType.TargetPortGroup, DesignatorAssociation.TargetPort, targetPortGroup, protocol);

    /// <summary>Logical unit group of the logical unit.</summary>
    /// <param name="logicalUnitGroup">LOGICAL UNIT GROUP.</param>
    /// <returns>The designator.</returns>
    public static Designator LogicalUnitGroup(ushort logicalUnitGroup) =>
        OfNumber(DesignatorType.LogicalUnitGroup, DesignatorAssociation.LogicalUnit, logicalUnitGroup, null);

    /// <summary>SCSI name string, in UTF-8, ended and padded with zeros to a multiple of four bytes.</summary>
    /// <param name="association">What it names.</param>
    /// <param name="name">The name, for example <c>iqn.2003-01.org.example:disk,t,0x0001</c>; at most 251 bytes.</param>
    /// <param name="protocol">PROTOCOL IDENTIFIER of the port or device, or <see langword="null"/>.</param>
    /// <returns>The designator.</returns>
    /// <exception cref="ArgumentException">The name is empty, too long, or has a zero in it.</exception>
    public static Designator ScsiNameString(DesignatorAssociation association, string name, ProtocolIdentifier? protocol = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var text = Encoding.UTF8.GetBytes(name);
        var length = (text.Length / 4 + 1) * 4;
        if (length > MaxScsiNameLength || Array.IndexOf(text, (byte)0) >= 0)
            throw new ArgumentException("A SCSI name string has at most 251 bytes and no zero among them.", nameof(name));
        Array.Resize(ref text, length);
        return new(DesignatorType.ScsiNameString, association, CodeSet.Utf8, text, protocol);
    }

    /// <summary>Writes the descriptor.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination)
    {
        var descriptor = destination.Slice(0, Length);
        descriptor[0] = (byte)((byte)Protocol.GetValueOrDefault() << 4 | ((byte)CodeSet & 0x0F));
        descriptor[1] = (byte)((Protocol.HasValue ? 0x80 : 0) | ((byte)Association & 3) << 4 | ((byte)Type & 0x0F));
        descriptor[2] = 0;
        descriptor[3] = (byte)_value.Length;
        _value.CopyTo(descriptor.Slice(HeaderLength));
        return Length;
    }

    /// <summary>Reads one descriptor.</summary>
    /// <param name="source">The descriptor, perhaps with others behind it.</param>
    /// <param name="designator">What it says; <see langword="null"/> on failure. Its length says where the next begins.</param>
    /// <returns><see langword="false"/> if the descriptor is not whole.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, [NotNullWhen(true)] out Designator? designator)
    {
        designator = null;
        if (source.Length < HeaderLength || source.Length < HeaderLength + source[3])
            return false;
        designator = new(
            (DesignatorType)(source[1] & 0x0F),
            (DesignatorAssociation)((source[1] >> 4) & 3),
            (CodeSet)(source[0] & 0x0F),
            source.Slice(HeaderLength, source[3]),
            (source[1] & 0x80) != 0 ? (ProtocolIdentifier)(source[0] >> 4) : null);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Designator? other) => other is not null
        && Type == other.Type && Association == other.Association && CodeSet == other.CodeSet && Protocol == other.Protocol
        && _value.AsSpan().SequenceEqual(other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Designator);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = (byte)Type << 8 | (byte)Association;
        foreach (var octet in _value)
            hash = unchecked(hash * 31 + octet);
        return hash;
    }

    private static ulong Registered(ulong naa, uint companyId, ulong vendorSpecific)
    {
        if (companyId >> 24 != 0)
            throw new ArgumentOutOfRangeException(nameof(companyId));
        if (vendorSpecific >> 36 != 0)
            throw new ArgumentOutOfRangeException(nameof(vendorSpecific));
        return naa << 60 | (ulong)companyId << 36 | vendorSpecific;
    }

    private static Designator OfNumber(
        DesignatorType type, DesignatorAssociation association, ushort number, ProtocolIdentifier? protocol)
    {
        Span<byte> value = stackalloc byte[4];
        value.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(value.Slice(2), number);
        return new(type, association, CodeSet.Binary, value, protocol);
    }
}
