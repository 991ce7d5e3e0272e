using System;
using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>
    /// The file's own pages may be lent to transports that can send them, for reads of what is in memory, and that can receive into
    /// them, for writes to what is in memory, instead of being copied (64-bit Linux 5.14 and later; without effect elsewhere). Data
    /// changed by a write that overlaps such a read may be sent in part old and in part new, as with any two commands at once.
    /// </summary>
    public bool ZeroCopy { get; init; } = true;

    /// <summary>
    /// Reads and writes go by the page cache (64-bit Linux, on file systems that can do it): what the medium does is all that is
    /// measured or waited for, and memory is left to others. They are in units that the medium demands, see
    /// <see cref="FileStore.LogicalBlockSize"/>, of which the size must be a multiple. <see cref="ZeroCopy"/> is then without
    /// effect. What is written is on stable storage after a flush, as without it.
    /// </summary>
    public bool Direct { get; init; }

    /// <summary>
    /// With <see cref="Direct"/>, reads and writes whose memory is aligned go through io_uring(7), where the kernel has it and admits
    /// it (Linux 6.1 and later; containers often do not); otherwise, and where it does not, on the thread pool, and that is logged
    /// once when the store is opened (event 203). It costs less processor time, and a thread per store. What awaits an answer goes on in that thread and must not block it, least of all by
    /// waiting for the same store. Answers are the same either way, and flushes the same system call.
    /// </summary>
    public bool IoUring { get; init; }

    /// <summary>Where it is logged that the store has to do without something that was asked for.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The shortest read in bytes that is lent, at least 1: below it, copying costs less than lending.</summary>
    public int SmallestZeroCopyRead { get; init; } = 4096;

    /// <summary>
    /// The shortest write in bytes that is received in place, at least 1; null for 32768 where the file system is in memory, and for
    /// none elsewhere. On a device each page costs a fault when it is received into for the first time after it was written back, which
    /// is more than copying it; and the fault may wait for the device, in a transport that has other commands to see to. So set it only
    /// where the same blocks are written again and again between two flushes. Writes of a store that is <see cref="WriteThrough"/> are
    /// always copied.
    /// </summary>
    public int? SmallestZeroCopyWrite { get; init; }

    /// <summary>Where the store looks at what may be lent: it may wait for a device.</summary>
    internal Action<IThreadPoolWorkItem> ScheduleLook { get; init; } = static item => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);

    /// <summary>Makes the ring of <see cref="IoUring"/> for a file and the alignment of memory that it demands, or throws an IOException.</summary>
    internal Func<SafeFileHandle, int, IFileRing> MakeRing { get; init; } = static (file, alignment) => UringFile.Create(file, alignment);

    /// <summary>Gives the same number as long as the length of the file may be taken to be what it was.</summary>
    internal Func<long> Clock { get; init; } = static () => Environment.TickCount64;
}
