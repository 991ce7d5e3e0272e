using System;

namespace Scst.VDisk;

/// <summary>The last line of defence of the stores here: a range outside is misuse, and must not touch memory or grow a file.</summary>
internal static class StoreRange
{
    /// <summary>The unit that every store length is a multiple of, in bytes: the smallest logical block.</summary>
    internal const int SectorSize = 512;

    internal static void Check(long storeLength, long offset, long count)
    {
        if (offset < 0 || count < 0 || offset > storeLength - count)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The range is not inside the store.");
    }

    internal static long CheckLength(long length)
    {
        if (length <= 0 || length % SectorSize != 0)
            throw new ArgumentOutOfRangeException(nameof(length), length, "The length must be a positive multiple of 512 bytes.");
        return length;
    }
}
