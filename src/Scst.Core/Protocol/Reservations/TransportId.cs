using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>
/// TransportID: names an initiator port, or for iSCSI all those of a node, so that hard resets and I_T nexus losses do not
/// change it (SPC-6, TransportID identifiers). Immutable. Two are equal when they name the same: reserved bytes, padding and
/// the case of iSCSI names and session identifiers do not count.
/// </summary>
public sealed partial class TransportId : IEquatable<TransportId>
{
    /// <summary>The least length of a TransportID, and the length of every one but those of iSCSI.</summary>
    public const int MinLength = 24;

    private const int FormatShift = 6;
    private const int FibreChannelNameOffset = 8;
    private const int SasAddressOffset = 4;
    private const int RdmaIdentifierOffset = 8;
    private const int RdmaIdentifierLength = 16;

    private readonly byte[] _bytes;
    private readonly int _hash;

    private TransportId(byte[] bytes)
    {
        _bytes = bytes;
        // FNV-1a: a good spread over names that differ in their last digits only.
        var hash = 2166136261u;
        foreach (var octet in bytes)
            hash = unchecked((hash ^ octet) * 16777619);
        _hash = (int)hash;
    }

    /// <summary>PROTOCOL IDENTIFIER.</summary>
    public ProtocolIdentifier Protocol => (ProtocolIdentifier)(_bytes[0] & 0x0F);

    /// <summary>FORMAT CODE, 0 to 3.</summary>
    public byte FormatCode => (byte)(_bytes[0] >> FormatShift);

    /// <summary>Bytes of the TransportID, a multiple of four.</summary>
    public int Length => _bytes.Length;

    /// <summary>The TransportID as it is written: reserved bytes and padding zero, iSCSI names in lower case.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A Fibre Channel initiator port (FORMAT CODE 00b, PROTOCOL IDENTIFIER 0h).</summary>
    /// <param name="portName">N_PORT_NAME.</param>
    /// <returns>The TransportID.</returns>
    public static TransportId FibreChannel(ulong portName) => OfNumber(ProtocolIdentifier.FibreChannel, FibreChannelNameOffset, portName);

    /// <summary>A SAS initiator port (FORMAT CODE 00b, PROTOCOL IDENTIFIER 6h).</summary>
    /// <param name="address">SAS ADDRESS.</param>
    /// <returns>The TransportID.</returns>
    public static TransportId Sas(ulong address) => OfNumber(ProtocolIdentifier.Sas, SasAddressOffset, address);

    /// <summary>An SRP initiator port (FORMAT CODE 00b, PROTOCOL IDENTIFIER 4h).</summary>
    /// <param name="portIdentifier">INITIATOR PORT IDENTIFIER, 16 bytes.</param>
    /// <returns>The TransportID.</returns>
    /// <exception cref="ArgumentException">Another length.</exception>
    public static TransportId Rdma(ReadOnlySpan<byte> portIdentifier)
    {
        if (portIdentifier.Length != RdmaIdentifierLength)
            throw new ArgumentException("An SRP initiator port identifier has 16 bytes.", nameof(portIdentifier));
        var bytes = New(ProtocolIdentifier.Rdma);
        portIdentifier.CopyTo(bytes.AsSpan(RdmaIdentifierOffset));
        return new(bytes);
    }

    /// <summary>Writes the TransportID.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination)
    {
        _bytes.CopyTo(destination);
        return _bytes.Length;
    }

    /// <summary>
    /// Reads a TransportID. Those of transports without a format of their own here are taken as 24 bytes that mean nothing
    /// but themselves.
    /// </summary>
    /// <param name="source">Bytes that begin with it.</param>
    /// <param name="transportId">The TransportID; <see langword="null"/> on failure.</param>
    /// <param name="length">Bytes that it took of <paramref name="source"/>; zero on failure.</param>
    /// <returns>
    /// <see langword="false"/> if it is cut short, has a reserved FORMAT CODE, or is an iSCSI one with a bad length, name or
    /// session identifier.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<byte> source, [NotNullWhen(true)] out TransportId? transportId, out int length)
    {
        transportId = null;
        length = 0;
        if (source.Length < MinLength)
            return false;
        var formatCode = source[0] >> FormatShift;
        var protocol = (ProtocolIdentifier)(source[0] & 0x0F);
        switch (protocol)
        {
            case ProtocolIdentifier.Iscsi:
                return TryParseIscsi(source, formatCode, out transportId, out length);
            case ProtocolIdentifier.FibreChannel when formatCode == 0:
                transportId = Copy(protocol, source, FibreChannelNameOffset, sizeof(ulong));
                break;
            case ProtocolIdentifier.Rdma when formatCode == 0:
                transportId = Copy(protocol, source, RdmaIdentifierOffset, RdmaIdentifierLength);
                break;
            case ProtocolIdentifier.Sas when formatCode == 0:
                transportId = Copy(protocol, source, SasAddressOffset, sizeof(ulong));
                break;
            case ProtocolIdentifier.FibreChannel or ProtocolIdentifier.Rdma or ProtocolIdentifier.Sas:
                return false;
            default:
                var bytes = source.Slice(0, MinLength).ToArray();
                bytes[0] &= 0xCF;
                transportId = new(bytes);
                break;
        }
        length = MinLength;
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(TransportId? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && _bytes.AsSpan().SequenceEqual(other._bytes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TransportId);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>For people: the iSCSI name and session identifier, or the transport and the identifier in hexadecimal.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Protocol switch
    {
        ProtocolIdentifier.Iscsi => Isid is { } isid ? $"{IscsiName},i,0x{isid:x12}" : IscsiName!,
        ProtocolIdentifier.FibreChannel => "fc:" + Hex(FibreChannelNameOffset, sizeof(ulong)),
        ProtocolIdentifier.Rdma => "srp:" + Hex(RdmaIdentifierOffset, RdmaIdentifierLength),
        ProtocolIdentifier.Sas => "sas:" + Hex(SasAddressOffset, sizeof(ulong)),
        _ => $"protocol-{(byte)Protocol:x}:" + Hex(0, MinLength),
    };

    private static byte[] New(ProtocolIdentifier protocol)
    {
        var bytes = new byte[MinLength];
        bytes[0] = (byte)protocol;
        return bytes;
    }

    private static TransportId OfNumber(ProtocolIdentifier protocol, int offset, ulong number)
    {
        var bytes = New(protocol);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(offset), number);
        return new(bytes);
    }

    private static TransportId Copy(ProtocolIdentifier protocol, ReadOnlySpan<byte> source, int offset, int length)
    {
        var bytes = New(protocol);
        source.Slice(offset, length).CopyTo(bytes.AsSpan(offset));
        return new(bytes);
    }

    private string Hex(int offset, int length) => HexText.Of(_bytes.AsSpan(offset, length));
}
