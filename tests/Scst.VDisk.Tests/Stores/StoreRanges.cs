using System.Collections.Generic;

namespace Scst.VDisk.Tests;

/// <summary>Ranges that lie outside a store, each for a reason of its own.</summary>
internal static class StoreRanges
{
    internal static IEnumerable<(long Offset, int Count)> Outside(int length) =>
    [
        (-512, 512),
        (long.MinValue, 512),
        (length, 512),
        (length - 512, 1024),
        (0, length + 512),
        (long.MaxValue, 512),
        (long.MaxValue - 511, 512),
    ];
}
