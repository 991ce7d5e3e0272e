namespace Scst.VDisk;

/// <summary>The ability of an <see cref="IFileIo"/> to tell where its file has holes.</summary>
internal interface IHoleMap
{
    /// <summary>Whether the byte at <paramref name="offset"/> has room in the file system.</summary>
    /// <param name="offset">A byte of the file.</param>
    /// <param name="end">Where that changes, greater than <paramref name="offset"/>; perhaps behind the end of the file.</param>
    bool IsMapped(long offset, out long end);
}
