using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>
/// What sense data says, apart from its format (SPC-6, sense data). The default value is NO SENSE, NO ADDITIONAL SENSE
/// INFORMATION.
/// </summary>
public readonly record struct Sense
{
    /// <summary>Most bytes that sense data of any format may have (SPC-6).</summary>
    public const int MaxLength = 252;

    /// <summary>Bytes of fixed format sense data as <see cref="WriteTo"/> writes it.</summary>
    public const int FixedLength = 18;

    private const byte InformationDescriptor = 0x00;
    private const byte SenseKeySpecificDescriptor = 0x02;
    private const byte CurrentFixed = 0x70;
    private const byte DeferredFixed = 0x71;
    private const byte CurrentDescriptor = 0x72;
    private const byte DeferredDescriptor = 0x73;

    /// <summary>Sense of a key and an additional sense code.</summary>
    /// <param name="key">Sense key.</param>
    /// <param name="additional">Additional sense code and qualifier.</param>
    public Sense(SenseKey key, AdditionalSense additional)
    {
        Key = key;
        Additional = additional;
    }

    /// <summary>SENSE KEY field.</summary>
    public SenseKey Key { get; init; }

    /// <summary>ADDITIONAL SENSE CODE and ADDITIONAL SENSE CODE QUALIFIER fields.</summary>
    public AdditionalSense Additional { get; init; }

    /// <summary>
    /// INFORMATION field: for a medium error the LBA, for a miscompare the offset. A value above FFFF_FFFFh cannot be
    /// said in fixed format and is left out there (VALID bit zero).
    /// </summary>
    public ulong? Information { get; init; }

    /// <summary>Field pointer. Reported with the sense key ILLEGAL REQUEST only.</summary>
    public SenseFieldPointer? FieldPointer { get; init; }

    /// <summary>PROGRESS INDICATION in units of 1/65536. Reported with the sense keys NO SENSE and NOT READY only.</summary>
    public ushort? Progress { get; init; }

    /// <summary>
    /// OVERFLOW bit: unit attention conditions were lost because their queue was full. Reported with the sense key UNIT
    /// ATTENTION only.
    /// </summary>
    public bool Overflow { get; init; }

    /// <summary>Whether this is deferred sense (response codes 71h, 73h): it is about an earlier command.</summary>
    public bool Deferred { get; init; }

    /// <summary>NO SENSE, 00h/00h NO ADDITIONAL SENSE INFORMATION.</summary>
    public static Sense NoSense => default;

    /// <summary>ILLEGAL REQUEST, 24h/00h INVALID FIELD IN CDB, with a field pointer.</summary>
    /// <param name="byteOffset">Offset of the field in the CDB, 0 to 65535.</param>
    /// <param name="bitOffset">Most significant bit of the field, 0 to 7, or -1 for a field of whole bytes.</param>
    /// <returns>The sense.</returns>
    public static Sense InvalidFieldInCdb(int byteOffset, int bitOffset = -1) =>
        IllegalRequest(AdditionalSense.InvalidFieldInCdb) with { FieldPointer = Pointer(true, byteOffset, bitOffset) };

    /// <summary>ILLEGAL REQUEST, 26h/00h INVALID FIELD IN PARAMETER LIST, with a field pointer.</summary>
    /// <param name="byteOffset">Offset of the field in the parameter list, 0 to 65535.</param>
    /// <param name="bitOffset">Most significant bit of the field, 0 to 7, or -1 for a field of whole bytes.</param>
    /// <returns>The sense.</returns>
    public static Sense InvalidFieldInParameterList(int byteOffset, int bitOffset = -1) =>
        IllegalRequest(AdditionalSense.InvalidFieldInParameterList) with { FieldPointer = Pointer(false, byteOffset, bitOffset) };

    /// <summary>Sense with the key ILLEGAL REQUEST.</summary>
    /// <param name="additional">Additional sense code and qualifier.</param>
    /// <returns>The sense.</returns>
    public static Sense IllegalRequest(AdditionalSense additional) => new(SenseKey.IllegalRequest, additional);

    /// <summary>Sense with the key UNIT ATTENTION.</summary>
    /// <param name="additional">Additional sense code and qualifier.</param>
    /// <returns>The sense.</returns>
    public static Sense UnitAttention(AdditionalSense additional) => new(SenseKey.UnitAttention, additional);

    /// <summary>Sense with the key NOT READY.</summary>
    /// <param name="additional">Additional sense code and qualifier.</param>
    /// <param name="progress">PROGRESS INDICATION in units of 1/65536, or <see langword="null"/>.</param>
    /// <returns>The sense.</returns>
    public static Sense NotReady(AdditionalSense additional, ushort? progress = null) =>
        new Sense(SenseKey.NotReady, additional) with { Progress = progress };

    /// <summary>Sense with the key MEDIUM ERROR.</summary>
    /// <param name="additional">Additional sense code and qualifier.</param>
    /// <param name="information">LBA of the block in error, or <see langword="null"/>.</param>
    /// <returns>The sense.</returns>
    public static Sense MediumError(AdditionalSense additional, ulong? information = null) =>
        new Sense(SenseKey.MediumError, additional) with { Information = information };

    /// <summary>Sense with the key HARDWARE ERROR.</summary>
    /// <param name="additional">Additional sense code and qualifier.</param>
    /// <returns>The sense.</returns>
    public static Sense HardwareError(AdditionalSense additional) => new(SenseKey.HardwareError, additional);

    /// <summary>Sense with the key ABORTED COMMAND.</summary>
    /// <param name="additional">Additional sense code and qualifier.</param>
    /// <returns>The sense.</returns>
    public static Sense AbortedCommand(AdditionalSense additional) => new(SenseKey.AbortedCommand, additional);

    /// <summary>Sense with the key DATA PROTECT.</summary>
    /// <param name="additional">Additional sense code and qualifier.</param>
    /// <returns>The sense.</returns>
    public static Sense DataProtect(AdditionalSense additional) => new(SenseKey.DataProtect, additional);

    /// <summary>MISCOMPARE, 1Dh/00h MISCOMPARE DURING VERIFY OPERATION.</summary>
    /// <param name="information">
    /// What the command defines: for COMPARE AND WRITE the offset in the Data-Out buffer of the first byte that differs
    /// (SBC-5); or <see langword="null"/>.
    /// </param>
    /// <returns>The sense.</returns>
    public static Sense Miscompare(ulong? information) =>
        new Sense(SenseKey.Miscompare, AdditionalSense.MiscompareDuringVerifyOperation) with { Information = information };

    /// <summary>Writes the sense data in a format.</summary>
    /// <param name="destination">Room for it; <see cref="MaxLength"/> bytes always do, 28 are enough today.</param>
    /// <param name="format">Fixed or descriptor format.</param>
    /// <returns>Bytes written: 18 in fixed format, 8 to 28 in descriptor format.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int WriteTo(Span<byte> destination, SenseFormat format) =>
        format == SenseFormat.Fixed ? WriteFixed(destination) : WriteDescriptor(destination);

    /// <summary>
    /// Reads current or deferred sense data of either format. Data that its own length field or the transport cut short
    /// is read as far as it goes. Descriptors that this type has no property for are skipped.
    /// </summary>
    /// <param name="source">Sense data, from its response code on.</param>
    /// <param name="sense">What it says.</param>
    /// <returns>
    /// <see langword="false"/> if the response code is none of 70h to 73h, or if the data ends before the sense key.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out Sense sense)
    {
        sense = default;
        if (source.IsEmpty)
            return false;
        if (source.Length > MaxLength)
            source = source.Slice(0, MaxLength);
        return (source[0] & 0x7F) switch
        {
            CurrentFixed => TryParseFixed(source, false, out sense),
            DeferredFixed => TryParseFixed(source, true, out sense),
            CurrentDescriptor => TryParseDescriptor(source, false, out sense),
            DeferredDescriptor => TryParseDescriptor(source, true, out sense),
            _ => false,
        };
    }

    private static SenseFieldPointer Pointer(bool inCdb, int byteOffset, int bitOffset)
    {
        if ((uint)byteOffset > ushort.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(byteOffset));
        if (bitOffset is < -1 or > 7)
            throw new ArgumentOutOfRangeException(nameof(bitOffset));
        return new SenseFieldPointer(inCdb, (ushort)byteOffset, bitOffset < 0 ? null : (byte)bitOffset);
    }

    private int WriteFixed(Span<byte> destination)
    {
        if (destination.Length < FixedLength)
            throw new ArgumentException("Fixed format sense data takes 18 bytes.", nameof(destination));
        var fixedFormat = destination.Slice(0, FixedLength);
        fixedFormat.Clear();
        fixedFormat[0] = Deferred ? DeferredFixed : CurrentFixed;
        fixedFormat[2] = (byte)((byte)Key & 0x0F);
        if (Information is { } information && information <= uint.MaxValue)
        {
            fixedFormat[0] |= 0x80;
            BinaryPrimitives.WriteUInt32BigEndian(fixedFormat.Slice(3), (uint)information);
        }
        fixedFormat[7] = FixedLength - 8;
        fixedFormat[12] = Additional.Code;
        fixedFormat[13] = Additional.Qualifier;
        WriteSenseKeySpecific(fixedFormat.Slice(15, 3));
        return FixedLength;
    }

    private int WriteDescriptor(Span<byte> destination)
    {
        Span<byte> specific = stackalloc byte[3];
        specific.Clear();
        var hasSpecific = WriteSenseKeySpecific(specific);
        var length = 8 + (Information.HasValue ? 12 : 0) + (hasSpecific ? 8 : 0);
        if (destination.Length < length)
            throw new ArgumentException("The sense data does not fit.", nameof(destination));
        destination.Slice(0, length).Clear();
        destination[0] = Deferred ? DeferredDescriptor : CurrentDescriptor;
        destination[1] = (byte)((byte)Key & 0x0F);
        destination[2] = Additional.Code;
        destination[3] = Additional.Qualifier;
        destination[7] = (byte)(length - 8);
        var rest = destination.Slice(8, length - 8);
        if (Information is { } information)
        {
            rest[0] = InformationDescriptor;
            rest[1] = 0x0A;
            rest[2] = 0x80;
            BinaryPrimitives.WriteUInt64BigEndian(rest.Slice(4), information);
            rest = rest.Slice(12);
        }
        if (hasSpecific)
        {
            rest[0] = SenseKeySpecificDescriptor;
            rest[1] = 0x06;
            specific.CopyTo(rest.Slice(4));
        }
        return length;
    }

    private bool WriteSenseKeySpecific(Span<byte> specific)
    {
        switch (Key)
        {
            case SenseKey.IllegalRequest when FieldPointer is { } pointer:
                specific[0] = (byte)(0x80 | (pointer.InCdb ? 0x40 : 0) | (pointer.BitOffset is { } bit ? 0x08 | (bit & 7) : 0));
                BinaryPrimitives.WriteUInt16BigEndian(specific.Slice(1), pointer.ByteOffset);
                return true;
            case SenseKey.NoSense or SenseKey.NotReady when Progress is { } progress:
                specific[0] = 0x80;
                BinaryPrimitives.WriteUInt16BigEndian(specific.Slice(1), progress);
                return true;
            case SenseKey.UnitAttention when Overflow:
                specific[0] = 0x81;
                return true;
            default:
                return false;
        }
    }

    private Sense WithSenseKeySpecific(ReadOnlySpan<byte> specific)
    {
        if ((specific[0] & 0x80) == 0)
            return this;
        var value = BinaryPrimitives.ReadUInt16BigEndian(specific.Slice(1));
        var bit = (specific[0] & 0x08) != 0 ? (byte?)(specific[0] & 0x07) : null;
        return Key switch
        {
            SenseKey.IllegalRequest => this with { FieldPointer = new((specific[0] & 0x40) != 0, value, bit) },
            SenseKey.NoSense or SenseKey.NotReady => this with { Progress = value },
            SenseKey.UnitAttention => this with { Overflow = (specific[0] & 0x01) != 0 },
            _ => this,
        };
    }

    private static bool TryParseFixed(ReadOnlySpan<byte> source, bool deferred, out Sense sense)
    {
        sense = default;
        if (source.Length < 3)
            return false;
        if (source.Length >= 8 && source.Length > 8 + source[7])
            source = source.Slice(0, 8 + source[7]);
        sense = new Sense((SenseKey)(source[2] & 0x0F), source.Length >= 14 ? new(source[12], source[13]) : default)
        {
            Deferred = deferred,
            Information = (source[0] & 0x80) != 0 && source.Length >= 7 ? BinaryPrimitives.ReadUInt32BigEndian(source.Slice(3)) : null,
        };
        if (source.Length >= FixedLength)
            sense = sense.WithSenseKeySpecific(source.Slice(15, 3));
        return true;
    }

    private static bool TryParseDescriptor(ReadOnlySpan<byte> source, bool deferred, out Sense sense)
    {
        sense = default;
        if (source.Length < 2)
            return false;
        var additional = source.Length >= 4 ? new AdditionalSense(source[2], source[3]) : default;
        sense = new Sense((SenseKey)(source[1] & 0x0F), additional) { Deferred = deferred };
        if (source.Length < 8)
            return true;
        var rest = source.Slice(8, Math.Min(source.Length - 8, source[7]));
        while (rest.Length >= 2 && rest.Length >= 2 + rest[1])
        {
            var length = 2 + rest[1];
            switch (rest[0])
            {
                case InformationDescriptor when length >= 12 && (rest[2] & 0x80) != 0:
                    sense = sense with { Information = BinaryPrimitives.ReadUInt64BigEndian(rest.Slice(4)) };
                    break;
                case SenseKeySpecificDescriptor when length >= 8:
                    sense = sense.WithSenseKeySpecific(rest.Slice(4, 3));
                    break;
            }
            rest = rest.Slice(length);
        }
        return true;
    }
}
