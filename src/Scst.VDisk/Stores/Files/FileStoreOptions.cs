namespace Scst.VDisk;

/// <summary>How to open a <see cref="FileStore"/>.</summary>
public sealed record FileStoreOptions
{
    /// <summary>
    /// The size in bytes, a positive multiple of 512. A file that does not exist is created with it, sparse, and survives a power
    /// loss once <see cref="FileStore.Open"/> has returned (so does growing a file of 0 bytes, which is what a crash during creation
    /// leaves). A file of another size is refused, never resized. Null: the file must exist and its size is taken.
    /// </summary>
    public long? Size { get; init; }

    /// <summary>
    /// Only read: writes answer <see cref="StoreStatus.ReadOnly"/>. Any number of read-only stores may share a file. Nothing is
    /// created.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Every write and unmap is on stable storage before it answers, as if each had
    /// <see cref="StoreWriteOptions.ForceUnitAccess"/>; <see cref="FileStore.HasVolatileWriteCache"/> is then false.
    /// </summary>
    public bool WriteThrough { get; init; }
}
