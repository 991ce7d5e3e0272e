using System;
using System.Security.Cryptography;
using System.Text;

namespace Scst;

/// <summary>
/// Who a logical unit is: what INQUIRY and its vital product data say (SPC-6 6.6 and 7.7). Initiators recognise a disk
/// by these values over all paths and restarts, so they must be unique and must not change.
/// </summary>
public sealed record LogicalUnitIdentity
{
    /// <summary>T10 vendor identification: 1 to 8 ASCII characters.</summary>
    /// <exception cref="ArgumentException">Empty, longer, or with characters other than 20h to 7Eh.</exception>
    public string VendorId
    {
        get;
        init => field = Check(value, 8, nameof(VendorId));
    } = "SCSTNET";

    /// <summary>Product identification: 1 to 16 ASCII characters.</summary>
    /// <exception cref="ArgumentException">Empty, longer, or with characters other than 20h to 7Eh.</exception>
    public string ProductId
    {
        get;
        init => field = Check(value, 16, nameof(ProductId));
    } = "VIRTUAL DISK";

    /// <summary>Product revision level: 1 to 4 ASCII characters.</summary>
    /// <exception cref="ArgumentException">Empty, longer, or with characters other than 20h to 7Eh.</exception>
    public string ProductRevision
    {
        get;
        init => field = Check(value, 4, nameof(ProductRevision));
    } = "0100";

    /// <summary>Product serial number (VPD 80h): 1 to 36 ASCII characters.</summary>
    /// <exception cref="ArgumentException">Empty, longer, or with characters other than 20h to 7Eh.</exception>
    public required string SerialNumber
    {
        get;
        init => field = Check(value, 36, nameof(SerialNumber));
    }

    /// <summary>The 60 bits of the NAA locally assigned designator (VPD 83h).</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 60 bits.</exception>
    public required ulong LocallyAssignedNaa
    {
        get;
        init => field = value >> 60 == 0 ? value : throw new ArgumentOutOfRangeException(nameof(LocallyAssignedNaa));
    }

    /// <summary>
    /// An identity made from a name: the same name always gives the same serial number and designators, on every host.
    /// </summary>
    /// <param name="name">A name that is unique among all disks that an initiator may ever see.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static LogicalUnitIdentity FromName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
#if NET
        byte[] hash = SHA256.HashData(utf8);
#else
        using var sha = SHA256.Create();
        byte[] hash = sha.ComputeHash(utf8);
#endif
        ulong naa = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash) >> 4;
        return new LogicalUnitIdentity { SerialNumber = naa.ToString("X15", System.Globalization.CultureInfo.InvariantCulture), LocallyAssignedNaa = naa };
    }

    // Here and not at the first INQUIRY, where every initiator would get a hardware error for it.
    private static string Check(string value, int highestLength, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(value, name);
        return Protocol.Ascii.Check(value, highestLength, name);
    }
}
