namespace Scst.Protocol;

/// <summary>An LBA status descriptor of GET LBA STATUS parameter data (SBC-5): a range of blocks of one status.</summary>
/// <param name="Lba">LBA STATUS LOGICAL BLOCK ADDRESS: the first block.</param>
/// <param name="Blocks">NUMBER OF LOGICAL BLOCKS, at least one.</param>
/// <param name="Status">PROVISIONING STATUS.</param>
public readonly record struct LbaStatusDescriptor(ulong Lba, uint Blocks, ProvisioningStatus Status);
