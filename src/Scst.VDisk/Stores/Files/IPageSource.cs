namespace Scst.VDisk;

/// <summary>The system calls of <see cref="FileWindows"/> on one open file.</summary>
internal interface IPageSource
{
    /// <summary>Maps a range, for writing too where the file may be written, shared with everybody who has the file.</summary>
    /// <param name="offset">A multiple of the page size.</param>
    /// <param name="length">Bytes; may end within a page.</param>
    /// <returns>The address, or 0.</returns>
    nint Map(long offset, long length);

    /// <summary>Undoes <see cref="Map"/>.</summary>
    void Unmap(nint address, long length);

    /// <summary>
    /// Maps the pages that are in memory already. It reads nothing from a device and takes no room for holes, but it may wait.
    /// </summary>
    /// <param name="address">Where the range is mapped.</param>
    /// <param name="offset">Where it is in the file.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="forWriting">Whether they must be writable too, and have their room on the medium.</param>
    PagePresence MakePresent(nint address, long offset, int length, bool forWriting);
}
