namespace Scst.Protocol;

/// <summary>An UNMAP block descriptor (SBC-5): a range of logical blocks.</summary>
/// <param name="Lba">UNMAP LOGICAL BLOCK ADDRESS: the first block.</param>
/// <param name="Blocks">NUMBER OF LOGICAL BLOCKS; zero names none, which is no error.</param>
public readonly record struct UnmapBlockDescriptor(ulong Lba, uint Blocks);
