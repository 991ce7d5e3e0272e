using System;
using System.IO;

namespace Scst;

/// <summary>
/// The few calls of a file system that <see cref="FileStateStore"/> makes, one system call each, so that tests can fail and cut
/// at each of them. All throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal interface IStateFiles
{
    /// <summary>Makes a directory and what leads to it, if need be.</summary>
    void CreateDirectory(string path);

    /// <summary>Opens a file that nobody else may open until it is disposed.</summary>
    IDisposable Lock(string path);

    /// <summary>Reads a file, or so much of it that it is longer than the limit.</summary>
    /// <returns>The bytes, or <see langword="null"/> if there is no such file.</returns>
    byte[]? Read(string path, int limit);

    /// <summary>Makes an empty file, or empties it.</summary>
    IStateFile Create(string path);

    /// <summary>Renames a file in its directory; the one that had the name is gone at the same instant.</summary>
    void Replace(string source, string destination);

    /// <summary>Removes a file.</summary>
    void Delete(string path);

    /// <summary>Makes sure that names made and changed in a directory survive a loss of power.</summary>
    void FlushDirectory(string path);
}
