using System;
using System.IO;

namespace Scst.VDisk;

/// <summary>A <see cref="FileStore"/> could not be opened; the message names the path and the reason.</summary>
public sealed class FileStoreOpenException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="error">The reason.</param>
    /// <param name="path">The path that was to be opened.</param>
    /// <param name="message">The reason in words.</param>
    /// <param name="innerException">What the system said, if it was the system.</param>
    public FileStoreOpenException(FileStoreOpenError error, string path, string message, Exception? innerException = null)
        : base($"'{path}' cannot be opened as a disk: {message}", innerException)
    {
        Error = error;
        Path = path;
    }

    /// <summary>The reason.</summary>
    public FileStoreOpenError Error { get; }

    /// <summary>The path that was to be opened.</summary>
    public string Path { get; }
}
