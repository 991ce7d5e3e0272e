namespace Scst.VDisk.Tests;

/// <summary>What a <see cref="ThinStep"/> does.</summary>
internal enum ThinStepKind
{
    Write,
    WriteSame,
    WriteSameOfZeros,
    WriteSameUnmap,
    WriteSameUnmapOfData,
    Unmap,
    Read,
    GetLbaStatus,
}
