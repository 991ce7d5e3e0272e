using System;
using System.Threading.Tasks;

namespace Scst.VDisk;

/// <summary>
/// The bytes of a disk, and nothing of SCSI. Whoever brings only bytes implements this one interface; the disk device server
/// speaks SBC-5 on top of it.
/// </summary>
/// <remarks>
/// <para><b>What a store may rely on.</b> Offsets and lengths are in bytes, are whole logical blocks, are never empty and lie
/// inside <see cref="Length"/>: the caller has checked them. Each returned <see cref="ValueTask{TResult}"/> is consumed exactly
/// once, so a pooled source is safe.</para>
/// <para><b>What a store has to expect.</b> Operations overlap in any number, from any thread, also on the same blocks. Ordering
/// is the task set's work: a block that is written and read at the same time may be read old, new or mixed.</para>
/// <para><b>What a store owes.</b> The memory belongs to the caller again when the operation completes; it is not touched
/// afterwards. An operation may complete synchronously (then in the caller's context, so it must not block) or later on any
/// thread. How it ended is a <see cref="StoreStatus"/>; an exception is a fault of the store and is treated as
/// <see cref="StoreStatus.InternalError"/>. After a failed write the content of its blocks, and only of those, is undefined.</para>
/// <para><b>The end.</b> <see cref="IAsyncDisposable.DisposeAsync"/> waits for the operations that are running, then lets go of
/// the medium. An owner that wants to know whether everything is safe calls <see cref="FlushAsync"/> after the last write and
/// looks at the answer before it disposes.</para>
/// <para>Optional abilities are interfaces to implement as well: <see cref="IUnmapStore"/>, <see cref="IMappingStore"/>,
/// <see cref="IAtomicWriteStore"/>, <see cref="IStoreCharacteristics"/>.</para>
/// </remarks>
public interface IBlockStore : IAsyncDisposable
{
    /// <summary>The size in bytes; greater than 0, a multiple of the logical block size, the same for the life of the store.</summary>
    long Length { get; }

    /// <summary>
    /// Whether every write answers <see cref="StoreStatus.ReadOnly"/>; constant for the life of the store. The device server
    /// reports it as the WP bit of the mode parameter header (SBC-5). False if not implemented.
    /// </summary>
    bool IsReadOnly => false;

    /// <summary>Reads <paramref name="destination"/>.Length bytes. Bytes never written, or unmapped, read as zeros.</summary>
    /// <param name="offset">First byte, counted from the start of the store.</param>
    /// <param name="destination">Filled completely when the answer is <see cref="StoreStatus.Ok"/>, undefined otherwise.</param>
    /// <returns><see cref="StoreStatus.Ok"/> or why not, normally <see cref="StoreStatus.ReadError"/>.</returns>
    ValueTask<StoreStatus> ReadAsync(long offset, Memory<byte> destination);

    /// <summary>
    /// Writes all of <paramref name="source"/>. A read that starts after the write has completed sees the bytes, whether they are
    /// on stable storage yet or not.
    /// </summary>
    /// <param name="offset">First byte, counted from the start of the store.</param>
    /// <param name="source">The bytes; not changed.</param>
    /// <param name="options">Whether the bytes must be on stable storage before the answer.</param>
    /// <returns><see cref="StoreStatus.Ok"/> or why not.</returns>
    ValueTask<StoreStatus> WriteAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options);

    /// <summary>
    /// Brings to stable storage what is still in a volatile cache. When it answers <see cref="StoreStatus.Ok"/>, every write and
    /// unmap that had <i>completed</i> before the call is on stable storage. Ok must never be answered once such a write may have
    /// been lost: a failed flush is final until the store is opened anew, and <see cref="DiskHandler"/> asks for none after it
    /// (but for <see cref="StoreStatus.Gone"/>, which may pass).
    /// </summary>
    /// <returns><see cref="StoreStatus.Ok"/> or why not, normally <see cref="StoreStatus.FlushFailed"/>.</returns>
    ValueTask<StoreStatus> FlushAsync();
}
