namespace Scst.VDisk;

/// <summary>What was tried; the same errno means different things.</summary>
internal enum FileOperationKind : byte
{
    Read,
    Write,
    Unmap,
    Flush,
}
