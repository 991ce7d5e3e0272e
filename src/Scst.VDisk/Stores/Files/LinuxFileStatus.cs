namespace Scst.VDisk;

/// <summary>What the store needs of <c>struct statx</c> (statx(2)).</summary>
internal readonly record struct LinuxFileStatus(uint DeviceMajor, uint DeviceMinor, ulong Inode, long Size, uint BlockSize, ushort Mode)
{
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int BlockDevice = 0x6000;

    internal bool IsRegularFile => (Mode & TypeMask) == RegularFile;

    internal bool IsBlockDevice => (Mode & TypeMask) == BlockDevice;

    /// <summary>An inode number is not given out again while the file is open, so both numbers together are the file.</summary>
    internal bool IsSameFileAs(in LinuxFileStatus other) =>
        Inode == other.Inode && DeviceMajor == other.DeviceMajor && DeviceMinor == other.DeviceMinor;
}
