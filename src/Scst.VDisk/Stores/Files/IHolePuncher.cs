namespace Scst.VDisk;

/// <summary>The ability of an <see cref="IFileIo"/> to free what a range of its file takes.</summary>
internal interface IHolePuncher
{
    /// <summary>The unit in which holes free room, in bytes.</summary>
    long HoleGranularity { get; }

    /// <summary>Makes a range read as zeros and frees its room.</summary>
    void PunchHole(long offset, long length);
}
