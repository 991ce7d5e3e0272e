using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS parameter data, basic and extended (SPC-6).</summary>
/// <param name="Functions">The functions that are supported.</param>
public readonly record struct SupportedTaskManagementFunctionsData(SupportedTaskManagementFunctions Functions)
{
    /// <summary>Bytes of the basic data (REPD zero).</summary>
    public const int BasicLength = 4;

    /// <summary>Bytes of the extended data (REPD one).</summary>
    public const int ExtendedLength = 16;

    /// <summary>TMFTMOV bit: the timeouts below mean something. Extended data only.</summary>
    public bool TimeoutsValid { get; init; }

    /// <summary>
    /// Timeout selectors: which functions the short timeout holds for; the long one holds for the others. Extended data only.
    /// </summary>
    public SupportedTaskManagementFunctions ShortTimeoutFunctions { get; init; }

    /// <summary>TASK MANAGEMENT FUNCTIONS LONG TIMEOUT in units of 100 ms; zero says nothing. Extended data only.</summary>
    public uint LongTimeout { get; init; }

    /// <summary>TASK MANAGEMENT FUNCTIONS SHORT TIMEOUT in units of 100 ms; zero says nothing. Extended data only.</summary>
    public uint ShortTimeout { get; init; }

    /// <summary>Writes the data.</summary>
    /// <param name="destination">At least 4 or 16 bytes.</param>
    /// <param name="extended">REPD bit: the extended data.</param>
    /// <returns>4 or 16.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination, bool extended)
    {
        var data = destination.Slice(0, extended ? ExtendedLength : BasicLength);
        data.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(data, (ushort)Functions);
        if (!extended)
            return BasicLength;
        data[3] = ExtendedLength - BasicLength;
        data[4] = (byte)(TimeoutsValid ? 0x01 : 0);
        BinaryPrimitives.WriteUInt16BigEndian(data.Slice(6), (ushort)ShortTimeoutFunctions);
        BinaryPrimitives.WriteUInt32BigEndian(data.Slice(8), LongTimeout);
        BinaryPrimitives.WriteUInt32BigEndian(data.Slice(12), ShortTimeout);
        return ExtendedLength;
    }

    /// <summary>Reads the data, basic or extended. Extended data that is cut short is read as basic.</summary>
    /// <param name="source">The parameter data.</param>
    /// <param name="data">What it says.</param>
    /// <returns><see langword="false"/> if there are fewer than four bytes.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out SupportedTaskManagementFunctionsData data)
    {
        data = default;
        if (source.Length < BasicLength)
            return false;
        data = new((SupportedTaskManagementFunctions)BinaryPrimitives.ReadUInt16BigEndian(source));
        if (source.Length < ExtendedLength || source[3] < ExtendedLength - BasicLength)
            return true;
        data = data with
        {
            TimeoutsValid = (source[4] & 0x01) != 0,
            ShortTimeoutFunctions = (SupportedTaskManagementFunctions)BinaryPrimitives.ReadUInt16BigEndian(source.Slice(6)),
            LongTimeout = BinaryPrimitives.ReadUInt32BigEndian(source.Slice(8)),
            ShortTimeout = BinaryPrimitives.ReadUInt32BigEndian(source.Slice(12)),
        };
        return true;
    }
}
