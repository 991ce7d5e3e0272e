using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>Standard INQUIRY data (SPC-6). Immutable; what is not set is zero, and texts are padded with spaces.</summary>
public sealed class StandardInquiryData
{
    /// <summary>Bytes that <see cref="WriteTo"/> writes.</summary>
    public const int Length = 96;

    /// <summary>Least bytes that <see cref="TryParse"/> takes; the least that the standard lets a device server return.</summary>
    public const int MinLength = 36;

    /// <summary>Bytes of <see cref="VendorSpecific"/> at most.</summary>
    public const int MaxVendorSpecificLength = 20;

    /// <summary>Version descriptors at most.</summary>
    public const int MaxVersionDescriptors = 8;

    private const byte ResponseDataFormat = 2;
    private const int VendorSpecificOffset = 36;
    private const int VersionDescriptorsOffset = 58;

    /// <summary>PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE.</summary>
    public Peripheral Peripheral { get; init; }

    /// <summary>RMB bit: the medium is removable.</summary>
    public bool Removable { get; init; }

    /// <summary>LU_CONG bit: the logical unit is part of a logical unit conglomerate.</summary>
    public bool LogicalUnitConglomerate { get; init; }

    /// <summary>VERSION: 07h for SPC-5 and SPC-6, 06h for SPC-4.</summary>
    public byte Version { get; init; } = 0x07;

    /// <summary>NORMACA bit: NACA in the CONTROL byte of a CDB is honoured.</summary>
    public bool NormalAca { get; init; }

    /// <summary>HISUP bit: LUNs follow the hierarchical addressing of SAM.</summary>
    public bool HierarchicalSupport { get; init; } = true;

    /// <summary>SCCS bit: has an embedded storage array controller.</summary>
    public bool StorageArrayController { get; init; }

    /// <summary>TPGS: kind of asymmetric logical unit access.</summary>
    public TargetPortGroupSupport TargetPortGroupSupport { get; init; }

    /// <summary>3PC bit: third-party copy commands are supported.</summary>
    public bool ThirdPartyCopy { get; init; }

    /// <summary>PROTECT bit: protection information is supported.</summary>
    public bool Protect { get; init; }

    /// <summary>ENCSERV bit: has embedded enclosure services.</summary>
    public bool EnclosureServices { get; init; }

    /// <summary>MULTIP bit: the target device has more than one target port.</summary>
    public bool MultiPort { get; init; }

    /// <summary>CMDQUE bit: the full task management model; a conforming device has it.</summary>
    public bool CommandQueuing { get; init; } = true;

    /// <summary>T10 VENDOR IDENTIFICATION, 0 to 8 ASCII graphic characters.</summary>
    /// <exception cref="ArgumentException">Longer, or with other characters.</exception>
    public string VendorId
    {
        get;
        init => field = Ascii.Check(value, 8, nameof(VendorId));
    } = string.Empty;

    /// <summary>PRODUCT IDENTIFICATION, 0 to 16 ASCII graphic characters.</summary>
    /// <exception cref="ArgumentException">Longer, or with other characters.</exception>
    public string ProductId
    {
        get;
        init => field = Ascii.Check(value, 16, nameof(ProductId));
    } = string.Empty;

    /// <summary>PRODUCT REVISION LEVEL, 0 to 4 ASCII graphic characters.</summary>
    /// <exception cref="ArgumentException">Longer, or with other characters.</exception>
    public string ProductRevision
    {
        get;
        init => field = Ascii.Check(value, 4, nameof(ProductRevision));
    } = string.Empty;

    /// <summary>Vendor specific bytes 36 to 55, 0 to 20 of them; a shorter value is filled with zeros.</summary>
    /// <exception cref="ArgumentException">Longer.</exception>
    public ReadOnlyMemory<byte> VendorSpecific
    {
        get;
        init => field = value.Length <= MaxVendorSpecificLength
            ? value
            : throw new ArgumentException("At most 20 bytes fit.", nameof(VendorSpecific));
    }

    /// <summary>
    /// VERSION DESCRIPTOR 1 to 8: the standards that the device claims, none of them zero (SPC-6, version descriptor values).
    /// </summary>
    /// <exception cref="ArgumentException">More than eight.</exception>
    public IReadOnlyList<ushort> VersionDescriptors
    {
        get;
        init => field = value.Count <= MaxVersionDescriptors
            ? value
            : throw new ArgumentException("At most eight fit.", nameof(VersionDescriptors));
    } = [];

    /// <summary>Writes the data.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns><see cref="Length"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination)
    {
        var data = destination.Slice(0, Length);
        data.Clear();
        data[0] = Peripheral.ToByte();
        data[1] = (byte)((Removable ? 0x80 : 0) | (LogicalUnitConglomerate ? 0x40 : 0));
        data[2] = Version;
        data[3] = (byte)((NormalAca ? 0x20 : 0) | (HierarchicalSupport ? 0x10 : 0) | ResponseDataFormat);
        data[4] = Length - 5;
        data[5] = (byte)((StorageArrayController ? 0x80 : 0) | ((byte)TargetPortGroupSupport & 3) << 4
            | (ThirdPartyCopy ? 0x08 : 0) | (Protect ? 0x01 : 0));
        data[6] = (byte)((EnclosureServices ? 0x40 : 0) | (MultiPort ? 0x10 : 0));
        data[7] = (byte)(CommandQueuing ? 0x02 : 0);
        Ascii.Write(data.Slice(8, 8), VendorId);
        Ascii.Write(data.Slice(16, 16), ProductId);
        Ascii.Write(data.Slice(32, 4), ProductRevision);
        VendorSpecific.Span.CopyTo(data.Slice(VendorSpecificOffset));
        for (var index = 0; index < VersionDescriptors.Count; index++)
            BinaryPrimitives.WriteUInt16BigEndian(data.Slice(VersionDescriptorsOffset + 2 * index), VersionDescriptors[index]);
        return Length;
    }

    /// <summary>Reads the data. What comes after a truncation is read as not set.</summary>
    /// <param name="source">The data, from byte 0 on.</param>
    /// <param name="data">What it says; <see langword="null"/> on failure.</param>
    /// <returns>
    /// <see langword="false"/> if there are fewer than <see cref="MinLength"/> bytes, or RESPONSE DATA FORMAT is not 2.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<byte> source, [NotNullWhen(true)] out StandardInquiryData? data)
    {
        data = null;
        if (source.Length < MinLength || source[4] < MinLength - 5 || (source[3] & 0x0F) != ResponseDataFormat)
            return false;
        source = source.Slice(0, Math.Min(source.Length, source[4] + 5));
        var vendorSpecific = source.Slice(VendorSpecificOffset);
        data = new StandardInquiryData
        {
            Peripheral = Peripheral.FromByte(source[0]),
            Removable = (source[1] & 0x80) != 0,
            LogicalUnitConglomerate = (source[1] & 0x40) != 0,
            Version = source[2],
            NormalAca = (source[3] & 0x20) != 0,
            HierarchicalSupport = (source[3] & 0x10) != 0,
            StorageArrayController = (source[5] & 0x80) != 0,
            TargetPortGroupSupport = (TargetPortGroupSupport)((source[5] >> 4) & 3),
            ThirdPartyCopy = (source[5] & 0x08) != 0,
            Protect = (source[5] & 0x01) != 0,
            EnclosureServices = (source[6] & 0x40) != 0,
            MultiPort = (source[6] & 0x10) != 0,
            CommandQueuing = (source[7] & 0x02) != 0,
            VendorId = Ascii.Read(source.Slice(8, 8)),
            ProductId = Ascii.Read(source.Slice(16, 16)),
            ProductRevision = Ascii.Read(source.Slice(32, 4)),
            VendorSpecific = vendorSpecific.Slice(0, Math.Min(vendorSpecific.Length, MaxVendorSpecificLength)).ToArray(),
            VersionDescriptors = ReadVersionDescriptors(source),
        };
        return true;
    }

    private static List<ushort> ReadVersionDescriptors(ReadOnlySpan<byte> source)
    {
        var descriptors = new List<ushort>();
        for (var index = 0; index < MaxVersionDescriptors; index++)
        {
            var offset = VersionDescriptorsOffset + 2 * index;
            if (source.Length < offset + 2)
                break;
            if (BinaryPrimitives.ReadUInt16BigEndian(source.Slice(offset)) is var descriptor && descriptor != 0)
                descriptors.Add(descriptor);
        }
        return descriptors;
    }
}
