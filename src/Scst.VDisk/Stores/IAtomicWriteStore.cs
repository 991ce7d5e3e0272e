using System;
using System.Threading.Tasks;

namespace Scst.VDisk;

/// <summary>
/// An <see cref="IBlockStore"/> that can promise of a write that all of it is there afterwards or nothing, whatever happens: a fault, the
/// end of the process, a loss of power. With it a disk offers WRITE ATOMIC(16) (SBC-5, atomic writes). A file of its own cannot promise
/// that, so <see cref="FileStore"/> does not; a device with the ability, or a store that writes a journal, can.
/// </summary>
/// <remarks>
/// That no other command sees half of the write is not the store's concern: the disk keeps the others out meanwhile.
/// </remarks>
public interface IAtomicWriteStore
{
    /// <summary>
    /// The longest write that can be promised, in bytes, greater than 0: MAXIMUM ATOMIC TRANSFER LENGTH of the Block Limits VPD page,
    /// there in logical blocks. No more than 1 MiB of it is used. A disk whose blocks are longer offers no atomic writes.
    /// </summary>
    int MaxAtomicWriteSize { get; }

    /// <summary>
    /// The unit of which the offset and the length of such a write must be multiples, in bytes, a power of two; or 0 if every block will
    /// do: ATOMIC ALIGNMENT and ATOMIC TRANSFER LENGTH GRANULARITY of the Block Limits VPD page, there in logical blocks. 0 if not
    /// implemented.
    /// </summary>
    int AtomicWriteUnit => 0;

    /// <summary>
    /// Writes all of <paramref name="source"/> or nothing. The rules of <see cref="IBlockStore.WriteAsync"/> hold but for one: after a
    /// write that failed its blocks have what they had before. That a write has ended says nothing of stable storage: after a loss of
    /// power it may be there as a whole or not at all, unless it was forced, or flushed.
    /// </summary>
    /// <param name="offset">First byte, counted from the start of the store; a multiple of <see cref="AtomicWriteUnit"/>.</param>
    /// <param name="source">
    /// The bytes; not changed. No more than <see cref="MaxAtomicWriteSize"/>, and a multiple of <see cref="AtomicWriteUnit"/>.
    /// </param>
    /// <param name="options">Whether the bytes must be on stable storage before the answer.</param>
    /// <returns><see cref="StoreStatus.Ok"/> or why not.</returns>
    ValueTask<StoreStatus> WriteAtomicAsync(long offset, ReadOnlyMemory<byte> source, StoreWriteOptions options);
}
