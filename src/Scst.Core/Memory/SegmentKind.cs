namespace Scst;

/// <summary>What a <see cref="DataSegment"/> refers to, and so who may touch its bytes.</summary>
public enum SegmentKind : byte
{
    /// <summary>Ordinary memory: anyone who holds the command may read or write it.</summary>
    Memory,

    /// <summary>A mapped address that only system calls may touch: a load or store from managed code could raise a fault.</summary>
    KernelAddress,

    /// <summary>A range of an open file that only system calls may touch.</summary>
    FileRange,
}
