namespace Scst.VDisk.Tests;

/// <summary>An operation of <see cref="IBlockStore"/>.</summary>
internal enum StoreCallKind
{
    Read,
    Write,
    Flush,
    Unmap,
}
