using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>PERSISTENT RESERVE IN parameter data for REPORT CAPABILITIES (SPC-6).</summary>
internal readonly record struct PersistentReservationCapabilities
{
    /// <summary>Bytes of the data.</summary>
    public const int Length = 8;

    /// <summary>RLR_C: the service action REPLACE LOST RESERVATION is supported.</summary>
    public bool ReplaceLostReservationCapable { get; init; }

    /// <summary>CRH: the exceptions to the RESERVE and RELEASE of SPC-2 are supported.</summary>
    public bool CompatibleReservationHandling { get; init; }

    /// <summary>SIP_C: SPEC_I_PT is supported.</summary>
    public bool SpecifyInitiatorPortsCapable { get; init; }

    /// <summary>ATP_C: ALL_TG_PT is supported.</summary>
    public bool AllTargetPortsCapable { get; init; }

    /// <summary>PTPL_C: APTPL is supported.</summary>
    public bool PersistThroughPowerLossCapable { get; init; }

    /// <summary>PTPL_A: persist through power loss is activated.</summary>
    public bool PersistThroughPowerLossActivated { get; init; }

    /// <summary>ALLOW COMMANDS, 0 to 7.</summary>
    public byte AllowCommands { get; init; }

    /// <summary>PERSISTENT RESERVATION TYPE MASK, or <see langword="null"/> for TMV zero.</summary>
    public ushort? TypeMask { get; init; }

    /// <summary>Writes the data.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination)
    {
        var data = destination.Slice(0, Length);
        data.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(data, Length);
        data[2] = (byte)((ReplaceLostReservationCapable ? 0x80 : 0) | (CompatibleReservationHandling ? 0x10 : 0)
            | (SpecifyInitiatorPortsCapable ? 0x08 : 0) | (AllTargetPortsCapable ? 0x04 : 0)
            | (PersistThroughPowerLossCapable ? 0x01 : 0));
        data[3] = (byte)((TypeMask.HasValue ? 0x80 : 0) | (AllowCommands & 0x07) << 4 | (PersistThroughPowerLossActivated ? 0x01 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(data.Slice(4), TypeMask.GetValueOrDefault());
        return Length;
    }

    /// <summary>Reads the data.</summary>
    /// <param name="source">The parameter data.</param>
    /// <param name="capabilities">What it says.</param>
    /// <returns><see langword="false"/> if it is not whole, or its LENGTH says less than 8.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out PersistentReservationCapabilities capabilities)
    {
        capabilities = default;
        if (source.Length < Length || BinaryPrimitives.ReadUInt16BigEndian(source) < Length)
            return false;
        capabilities = new()
        {
            ReplaceLostReservationCapable = (source[2] & 0x80) != 0,
            CompatibleReservationHandling = (source[2] & 0x10) != 0,
            SpecifyInitiatorPortsCapable = (source[2] & 0x08) != 0,
            AllTargetPortsCapable = (source[2] & 0x04) != 0,
            PersistThroughPowerLossCapable = (source[2] & 0x01) != 0,
            PersistThroughPowerLossActivated = (source[3] & 0x01) != 0,
            AllowCommands = (byte)(source[3] >> 4 & 0x07),
            TypeMask = (source[3] & 0x80) != 0 ? BinaryPrimitives.ReadUInt16BigEndian(source.Slice(4)) : null,
        };
        return true;
    }
}
