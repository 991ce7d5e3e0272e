using System;
using System.Threading;

namespace Scst;

/// <summary>
/// Pinned data buffers in a few size classes under one hard cap. Renting and returning take no lock and allocate
/// nothing in the steady state; the caches are striped by processor so that connections seldom share a cache line.
/// Buffers begin at multiples of 512 bytes, those of 16 KiB and more at multiples of 4096 (net10.0), as direct I/O wants them; the up
/// to an eighth or a quarter of their size that this costs does not count.
/// </summary>
public sealed class DataBufferPool
{
    private const int SizeClasses = 5;
    private const int SmallestShift = 12;
    private const int ShiftStep = 2;

    // A copy whose destination lies 1 to 31 bytes after its source, modulo the page size, is a hundred times slower on
    // processors whose fast string moves dislike it. An array's bytes begin at 16 and pages at 0, so that would be the
    // common case; between places aligned like this it cannot happen. And direct I/O takes its memory in whole sectors, on some
    // devices in whole pages, and what is not aligned so has to be copied: where a page is a quarter of the buffer or less, begin
    // at one; of the smallest a page would be half.
    private const int SectorAlignment = 512;
    private const int PageAlignment = 4096;

    private readonly BufferSlots[] _slots;
    private readonly int _stripeMask;
    private readonly long _maxBytes;
    private long _allocatedBytes;

    /// <summary>Makes an empty pool.</summary>
    /// <param name="options">The cap; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The cap is under 1 MiB.</exception>
    public DataBufferPool(DataBufferPoolOptions? options = null)
    {
        _maxBytes = (options ?? new DataBufferPoolOptions()).MaxBytes;
        if (_maxBytes < LargestBuffer)
            throw new ArgumentOutOfRangeException(nameof(options), "MaxBytes is under 1 MiB.");
        int stripes = 1;
        while (stripes < Math.Min(Environment.ProcessorCount, 64))
            stripes <<= 1;
        _stripeMask = stripes - 1;
        _slots = new BufferSlots[stripes * SizeClasses];
        for (int i = 0; i < _slots.Length; i++)
            _slots[i] = new BufferSlots(SlotsOf(i % SizeClasses));
    }

    /// <summary>The largest single buffer: 1 MiB. Longer transfers take several.</summary>
    public static int LargestBuffer => SizeOf(SizeClasses - 1);

    /// <summary>Bytes of all buffers that exist, rented and cached.</summary>
    public long AllocatedBytes => Interlocked.Read(ref _allocatedBytes);

    /// <summary>
    /// Bytes of the buffers that are rented now. Exact only while nobody rents or returns; for tests and diagnostics.
    /// </summary>
    public long RentedBytes
    {
        get
        {
            long cached = 0;
            for (int i = 0; i < _slots.Length; i++)
                cached += (long)_slots[i].Count * SizeOf(i % SizeClasses);
            return AllocatedBytes - cached;
        }
    }

    /// <summary>Rents a buffer.</summary>
    /// <param name="length">Wanted length in bytes, 1 to <see cref="LargestBuffer"/>.</param>
    /// <returns>A buffer of at least that capacity with undefined content, or null at the cap.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is out of range.</exception>
    public DataBuffer? TryRent(int length)
    {
        if (length < 1 || length > LargestBuffer)
            throw new ArgumentOutOfRangeException(nameof(length));
        int sizeClass = ClassOf(length);
        int stripe = CurrentStripe();
        DataBuffer? buffer = _slots[(stripe * SizeClasses) + sizeClass].TryTake() ?? TakeElsewhere(stripe, sizeClass);
        buffer?.MarkRented();
        return buffer;
    }

    /// <summary>Gives a buffer back.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="buffer"/> is null.</exception>
    /// <exception cref="InvalidOperationException">It was given back before.</exception>
    public void Return(DataBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        buffer.MarkReturned();
        int stripe = CurrentStripe();
        for (int i = 0; i <= _stripeMask; i++)
        {
            if (_slots[(((stripe + i) & _stripeMask) * SizeClasses) + buffer.SizeClass].TryPut(buffer))
                return;
        }
        Interlocked.Add(ref _allocatedBytes, -buffer.Capacity);
    }

    private static int SizeOf(int sizeClass) => 1 << (SmallestShift + (sizeClass * ShiftStep));

#if NET
    private static int AlignmentOf(int sizeClass) => sizeClass == 0 ? SectorAlignment : PageAlignment;
#endif

    // About a megabyte and a half of cache per stripe and class, and enough small buffers for a deep queue.
    private static int SlotsOf(int sizeClass) => sizeClass switch { 0 => 256, 1 => 64, 2 => 32, 3 => 16, _ => 16 };

    private static int ClassOf(int length)
    {
        int sizeClass = 0;
        while (SizeOf(sizeClass) < length)
            sizeClass++;
        return sizeClass;
    }

    private int CurrentStripe() =>
#if NET
        Thread.GetCurrentProcessorId() & _stripeMask;
#else
        Environment.CurrentManagedThreadId & _stripeMask;
#endif

    private DataBuffer? TakeElsewhere(int stripe, int sizeClass)
    {
        for (int i = 1; i <= _stripeMask; i++)
        {
            DataBuffer? other = _slots[(((stripe + i) & _stripeMask) * SizeClasses) + sizeClass].TryTake();
            if (other is not null)
                return other;
        }
        int size = SizeOf(sizeClass);
        if (!TryReserve(size) && !(DropCached(size) && TryReserve(size)))
            return null;
#if NET
        int alignment = AlignmentOf(sizeClass);
        byte[] array = GC.AllocateUninitializedArray<byte>(size + alignment, pinned: true);
        long address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        int offset = (int)(-address & (alignment - 1));
#else
        byte[] array = new byte[size];
        int offset = 0;
#endif
        return new DataBuffer(array, offset, size, sizeClass);
    }

    private bool TryReserve(int size)
    {
        if (Interlocked.Add(ref _allocatedBytes, size) <= _maxBytes)
            return true;
        Interlocked.Add(ref _allocatedBytes, -size);
        return false;
    }

    /// <summary>At the cap, lets go of cached buffers of other classes until <paramref name="wanted"/> bytes are free.</summary>
    private bool DropCached(int wanted)
    {
        long freed = 0;
        for (int i = _slots.Length - 1; i >= 0 && freed < wanted; i--)
        {
            while (freed < wanted && _slots[i].TryTake() is { } victim)
            {
                Interlocked.Add(ref _allocatedBytes, -victim.Capacity);
                freed += victim.Capacity;
            }
        }
        return freed > 0;
    }
}
