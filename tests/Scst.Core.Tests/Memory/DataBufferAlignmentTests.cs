using System.Runtime.InteropServices;
using NUnit.Framework;

namespace Scst.Tests.Memory;

/// <summary>Where buffers begin in memory. Arrays can be pinned for good on net10.0 only, so this is promised there only.</summary>
[TestFixture]
internal sealed class DataBufferAlignmentTests
{
    [TestCase(1, 512)]
    [TestCase(4096, 512)]
    [TestCase(4097, 4096)]
    [TestCase(65536, 4096)]
    [TestCase(65537, 4096)]
    [TestCase(1 << 20, 4096)]
    public void A_buffer_begins_where_direct_IO_can_use_it(int length, int alignment)
    {
        var pool = new DataBufferPool();
        // One could lie well by chance.
        for (int i = 0; i < 16; i++)
        {
            DataBuffer buffer = pool.TryRent(length)!;
            long address = Marshal.UnsafeAddrOfPinnedArrayElement(buffer.Array, buffer.Offset);
            Assert.That(address % alignment, Is.Zero);
        }
    }
}
