using System;
using System.IO;

namespace Scst.VDisk;

/// <content>How a store is opened, and what it says of its medium.</content>
public partial class FileStore
{
    /// <summary>0, or with direct I/O the unit that it demands.</summary>
    public int LogicalBlockSize => _limits.LogicalBlockSize;

    /// <summary>4096 for a file: the page cache reads the rest of a page before it changes a part of it. For a device what it says.</summary>
    public int PhysicalBlockSize => _limits.PhysicalBlockSize;

    /// <inheritdoc/>
    public int AlignmentOffset => _limits.AlignmentOffset;

    /// <inheritdoc/>
    public int OptimalTransferSize => _limits.OptimalTransferSize;

    /// <inheritdoc/>
    public int MaxTransferSize => _limits.MaxTransferSize;

    /// <summary>0 for a file: not known what is below the file system. For a device 1 if it says that it does not rotate.</summary>
    public int MediumRotationRate => _limits.MediumRotationRate;

    /// <summary>Opens a file as a store, or creates it. See <see cref="FileStoreOptions"/>.</summary>
    /// <param name="path">The file; a symbolic link is followed. A relative path is resolved now.</param>
    /// <param name="options">How.</param>
    /// <returns>The store; it owns the open file until it is closed.</returns>
    /// <exception cref="FileStoreOpenException">It could not be opened or created; nothing was changed.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="path"/> is empty, <see cref="FileStoreOptions.Size"/> is not a positive multiple of 512, or
    /// <see cref="FileStoreOptions.SmallestZeroCopyRead"/> or <see cref="FileStoreOptions.SmallestZeroCopyWrite"/> is not positive.
    /// </exception>
    public static FileStore Open(string path, FileStoreOptions options)
    {
        CheckArguments(path, options);
        IFileIo io = FileOpener.Open(Path.GetFullPath(path), options, out long length);
        return Over(io, length, options);
    }

    /// <summary>
    /// Opens a Linux block device as a store, for this process alone: one that is mounted, or that another has opened so, is
    /// refused. A device that may not be written makes a read-only store.
    /// </summary>
    /// <param name="path">The device's node, such as <c>/dev/sdb</c>; a symbolic link is followed.</param>
    /// <param name="options">
    /// How. <see cref="FileStoreOptions.Size"/> is only compared: the size of a device is what it is.
    /// </param>
    /// <returns>The store; it owns the open device until it is closed.</returns>
    /// <exception cref="FileStoreOpenException">It could not be opened.</exception>
    /// <exception cref="ArgumentException">As with <see cref="Open"/>.</exception>
    public static FileStore OpenDevice(string path, FileStoreOptions options)
    {
        CheckArguments(path, options);
        IFileIo io = DeviceOpener.Open(Path.GetFullPath(path), options, out long length, out bool isReadOnly);
        return Over(io, length, options with { ReadOnly = isReadOnly });
    }

    /// <summary>A store over any system calls, which it owns.</summary>
    internal static FileStore Over(IFileIo io, long length, FileStoreOptions options) =>
        io.Holes is not null && !options.ReadOnly ? new SparseFileStore(io, length, options) : new FileStore(io, length, options);

    private static void CheckArguments(string path, FileStoreOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Size is long size) StoreRange.CheckLength(size);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.SmallestZeroCopyRead, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.SmallestZeroCopyWrite ?? 1, nameof(options));
    }
}
