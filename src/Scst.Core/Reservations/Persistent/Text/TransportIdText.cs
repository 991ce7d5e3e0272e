using System;
using System.Text;
using Scst.Protocol;

namespace Scst;

/// <summary>TransportIDs of initiator ports as one word each, which a person can read and write.</summary>
internal static class TransportIdText
{
    private const string Iscsi = "iscsi:";
    private const string FibreChannel = "fc:";
    private const string Rdma = "srp:";
    private const string Sas = "sas:";
    private const string Bytes = "bytes:";
    private const string IsidSeparator = ",i,0x";
    private const int IsidDigits = TransportId.IsidBits / 4;

    /// <summary>Writes a TransportID: what has no form of its own, or is not ASCII, as all its bytes.</summary>
    internal static string Write(TransportId transportId)
    {
        string text = transportId.Protocol == ProtocolIdentifier.Iscsi ? Iscsi + transportId : transportId.ToString();
        return TryRead(text, out TransportId? read) && read!.Equals(transportId) ? text : Bytes + HexText.Of(transportId.Bytes);
    }

    /// <summary>Reads what <see cref="Write"/> writes, with hexadecimal digits of either case.</summary>
    /// <returns><see langword="false"/> for anything else.</returns>
    internal static bool TryRead(string text, out TransportId? transportId)
    {
        transportId = null;
        foreach (char character in text)
        {
            if (character is <= ' ' or > '~')
                return false;
        }
        if (text.StartsWith(Iscsi, StringComparison.Ordinal))
            return TryReadIscsi(text.Substring(Iscsi.Length), out transportId);
        if (TryReadBytes(text, Bytes, out byte[] bytes))
            return TransportId.TryParse(bytes, out transportId, out int length) && length == bytes.Length;
        if (TryReadBytes(text, FibreChannel, out bytes) && bytes.Length == sizeof(ulong))
            transportId = TransportId.FibreChannel(Number(bytes));
        else if (TryReadBytes(text, Sas, out bytes) && bytes.Length == sizeof(ulong))
            transportId = TransportId.Sas(Number(bytes));
        else if (TryReadBytes(text, Rdma, out bytes) && bytes.Length == 2 * sizeof(ulong))
            transportId = TransportId.Rdma(bytes);
        return transportId is not null;
    }

    private static bool TryReadIscsi(string text, out TransportId? transportId)
    {
        transportId = null;
        int separator = text.IndexOf(',');
        string name = separator < 0 ? text : text.Substring(0, separator);
        if (name.Length is 0 or > TransportId.MaxIscsiNameLength)
            return false;
        if (separator < 0)
        {
            transportId = TransportId.IscsiDevice(name);
            return true;
        }
        string isid = text.Substring(separator);
        if (!isid.StartsWith(IsidSeparator, StringComparison.Ordinal) || isid.Length != IsidSeparator.Length + IsidDigits
            || !TryReadBytes(isid, IsidSeparator, out byte[] bytes))
        {
            return false;
        }
        transportId = TransportId.Iscsi(name, Number(bytes));
        return true;
    }

    private static bool TryReadBytes(string text, string prefix, out byte[] bytes)
    {
        bytes = [];
        return text.StartsWith(prefix, StringComparison.Ordinal)
            && HexText.TryRead(Encoding.ASCII.GetBytes(text.Substring(prefix.Length)), out bytes);
    }

    private static ulong Number(byte[] bigEndian)
    {
        ulong number = 0;
        foreach (byte octet in bigEndian)
            number = number << 8 | octet;
        return number;
    }
}
