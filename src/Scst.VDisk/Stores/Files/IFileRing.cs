using System;

namespace Scst.VDisk;

/// <summary>Reads and writes that the operating system does without a thread for each.</summary>
internal interface IFileRing : IDisposable
{
    /// <summary>
    /// Starts a read or write; <see cref="FileStore.Conclude"/> or the way of all operations, a thread, ends it. Whoever starts one
    /// disposes of nothing before it is over.
    /// </summary>
    /// <returns>False: nothing was started, a thread is to do it.</returns>
    bool TryStart(FileOperation operation);
}
