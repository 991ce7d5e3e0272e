using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Scst.Protocol;

public sealed partial class TransportId
{
    /// <summary>The longest iSCSI name in bytes of UTF-8 (RFC 7143 4.2.7.2).</summary>
    public const int MaxIscsiNameLength = 223;

    /// <summary>Bits of an ISID (RFC 7143 11.12.5).</summary>
    public const int IsidBits = 48;

    private const int IscsiHeaderLength = 4;
    private const int IscsiLeastAdditionalLength = 20;
    private const int IsidDigits = IsidBits / 4;
    private const byte DeviceFormat = 0;
    private const byte PortFormat = 1;

    private static ReadOnlySpan<byte> Separator => ",i,0x"u8;

    /// <summary>
    /// Whether it names an iSCSI initiator node, not a port: in a PERSISTENT RESERVE OUT parameter list all initiator ports of
    /// that node that the device server knows (FORMAT CODE 00b).
    /// </summary>
    public bool IsIscsiDevice => Protocol == ProtocolIdentifier.Iscsi && FormatCode == DeviceFormat;

    /// <summary>ISCSI NAME in lower case; <see langword="null"/> of any other transport.</summary>
    public string? IscsiName =>
        Protocol == ProtocolIdentifier.Iscsi ? Encoding.UTF8.GetString(_bytes, IscsiHeaderLength, NameLength) : null;

    /// <summary>ISCSI INITIATOR SESSION ID, 48 bits; <see langword="null"/> of any other format or transport.</summary>
    public ulong? Isid => Protocol == ProtocolIdentifier.Iscsi && FormatCode == PortFormat
        && TryReadIsid(_bytes.AsSpan(IscsiHeaderLength + NameLength + Separator.Length, IsidDigits), out var isid)
        ? isid
        : null;

    private int NameLength
    {
        get
        {
            var text = _bytes.AsSpan(IscsiHeaderLength);
            var separator = text.IndexOf((byte)',');
            return separator >= 0 ? separator : text.IndexOf((byte)0);
        }
    }

    /// <summary>An iSCSI initiator port (FORMAT CODE 01b).</summary>
    /// <param name="name">iSCSI name, 1 to 223 bytes of UTF-8 without control characters, spaces and commas.</param>
    /// <param name="isid">Initiator session identifier, 48 bits.</param>
    /// <returns>The TransportID.</returns>
    /// <exception cref="ArgumentException">The name is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The ISID takes more than 48 bits.</exception>
    public static TransportId Iscsi(string name, ulong isid) =>
        isid >> IsidBits == 0 ? OfIscsi(NameBytes(name), isid) : throw new ArgumentOutOfRangeException(nameof(isid));

    /// <summary>An iSCSI initiator node (FORMAT CODE 00b).</summary>
    /// <param name="name">iSCSI name, 1 to 223 bytes of UTF-8 without control characters, spaces and commas.</param>
    /// <returns>The TransportID.</returns>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public static TransportId IscsiDevice(string name) => OfIscsi(NameBytes(name), null);

    /// <summary>Whether this iSCSI initiator port belongs to an iSCSI initiator node.</summary>
    /// <param name="device">The TransportID of the node.</param>
    /// <returns>Whether it does; <see langword="false"/> unless the one is a port and the other a node.</returns>
    public bool IsPortOf(TransportId device) =>
        device.IsIscsiDevice && Protocol == ProtocolIdentifier.Iscsi && FormatCode == PortFormat
        && _bytes.AsSpan(IscsiHeaderLength, NameLength).SequenceEqual(device._bytes.AsSpan(IscsiHeaderLength, device.NameLength));

    private static byte[] NameBytes(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var bytes = Encoding.UTF8.GetBytes(name);
        return IsName(bytes) ? bytes : throw new ArgumentException("This is no iSCSI name.", nameof(name));
    }

    // RFC 3722 and 7143 4.2.7: letters, digits, '-', '.' and ':' after preparation. What cannot be mistaken for the end of the
    // name is let pass, since names are compared and never interpreted.
    private static bool IsName(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > MaxIscsiNameLength)
            return false;
        foreach (var octet in name)
        {
            if (octet is <= (byte)' ' or (byte)',' or 0x7F)
                return false;
        }
        return true;
    }

    private static bool TryParseIscsi(
        ReadOnlySpan<byte> source, int formatCode, [NotNullWhen(true)] out TransportId? transportId, out int length)
    {
        transportId = null;
        length = 0;
        int additional = BinaryPrimitives.ReadUInt16BigEndian(source.Slice(2));
        if (additional < IscsiLeastAdditionalLength || additional % 4 != 0 || additional > source.Length - IscsiHeaderLength)
            return false;
        // The first null ends the text, whatever ADDITIONAL LENGTH says; one there must be.
        var text = source.Slice(IscsiHeaderLength, additional);
        var end = text.IndexOf((byte)0);
        if (end < 0)
            return false;
        text = text.Slice(0, end);
        ulong? isid = null;
        if (formatCode == PortFormat)
        {
            var separator = text.IndexOf(Separator);
            if (separator < 0 || !TryReadIsid(text.Slice(separator + Separator.Length), out var number))
                return false;
            isid = number;
            text = text.Slice(0, separator);
        }
        else if (formatCode != DeviceFormat)
        {
            return false;
        }
        if (!IsName(text))
            return false;
        transportId = OfIscsi(text, isid);
        length = IscsiHeaderLength + additional;
        return true;
    }

    private static TransportId OfIscsi(ReadOnlySpan<byte> name, ulong? isid)
    {
        var textLength = name.Length + (isid.HasValue ? Separator.Length + IsidDigits : 0);
        var padded = Math.Max(IscsiLeastAdditionalLength, (textLength + 1 + 3) / 4 * 4);
        var bytes = new byte[IscsiHeaderLength + padded];
        bytes[0] = (byte)((isid.HasValue ? PortFormat : DeviceFormat) << FormatShift | (byte)ProtocolIdentifier.Iscsi);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)padded);
        var text = bytes.AsSpan(IscsiHeaderLength);
        name.CopyTo(text);
        // iSCSI names do not differ in case (RFC 7143 4.2.7.1); what is not ASCII was prepared by its owner.
        for (var index = 0; index < name.Length; index++)
        {
            if (text[index] is >= (byte)'A' and <= (byte)'Z')
                text[index] |= 0x20;
        }
        if (isid is { } number)
        {
            Separator.CopyTo(text.Slice(name.Length));
            var digits = number.ToString("x12", CultureInfo.InvariantCulture);
            for (var index = 0; index < IsidDigits; index++)
                text[name.Length + Separator.Length + index] = (byte)digits[index];
        }
        return new(bytes);
    }

    private static bool TryReadIsid(ReadOnlySpan<byte> digits, out ulong isid)
    {
        isid = 0;
        if (digits.Length is 0 or > IsidDigits)
            return false;
        foreach (var digit in digits)
        {
            if (!HexText.TryReadDigit(digit, out var value))
                return false;
            isid = isid << 4 | value;
        }
        return true;
    }
}
