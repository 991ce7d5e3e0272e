namespace Scst.Protocol;

/// <summary>Layout of a mode parameter block descriptor.</summary>
public enum ModeBlockDescriptorFormat
{
    /// <summary>Eight bytes: density code, 24-bit number of blocks (SPC-6, general mode parameter block descriptor).</summary>
    General = 0,

    /// <summary>Eight bytes: 32-bit number of blocks, of disks (SBC-5, short LBA mode parameter block descriptor).</summary>
    ShortLba = 1,

    /// <summary>Sixteen bytes: 64-bit number of blocks, of disks (SBC-5, long LBA mode parameter block descriptor).</summary>
    LongLba = 2,
}
