using System;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Scst.VDisk.Tests;

/// <summary>Pages of real files, on a disk and in memory.</summary>
[TestFixture("disk")]
[TestFixture("memory")]
[Platform("Linux")]
internal sealed class FileStoreLendingTests : LendingFileFixture
{
    private const int Chunk = 1 << FileWindows.ChunkShift;

    private long _time;

    public FileStoreLendingTests(string where)
        : base(where)
    {
    }

    [Test]
    public async Task What_was_written_is_lent()
    {
        await using FileStore store = Open();
        byte[] bytes = await FillAsync(store, 0, Size);
        PageLoan loan = Lend(store, 12288 + 512, 200000);
        Assert.That(NativeFile.Send(loan.Address, 200000), Is.EqualTo(bytes[12800..212800]));
        loan.Return();
    }

    [Test]
    public async Task A_loan_shows_what_is_written_later()
    {
        await using FileStore store = Open();
        await FillAsync(store, 0, Size);
        PageLoan loan = Lend(store, 4096, 4096);
        byte[] later = await FillAsync(store, 4096, 4096, seed: 2);
        Assert.That(NativeFile.Send(loan.Address, 4096), Is.EqualTo(later));
        loan.Return();
    }

    [Test]
    public async Task Looking_gives_a_hole_no_room()
    {
        await using FileStore store = Open();
        await FillAsync(store, 0, 4096);
        await FillAsync(store, Chunk, Chunk);
        await store.FlushAsync();
        long before = NativeFile.Blocks(FilePath);
        for (int offset = 0; offset < Size; offset += 4096)
        {
            Assert.That(await store.ReadAsync(offset, new byte[4096]), Is.EqualTo(StoreStatus.Ok));
            if (((ILendingStore)store).TryLend(offset, 4096, out PageLoan loan))
            {
                Assert.That(NativeFile.Send(loan.Address, 4096), Is.Not.Null);
                loan.Return();
            }
        }

        Assert.That(NativeFile.Blocks(FilePath), Is.EqualTo(before));
        Lend(store, Chunk, Chunk).Return();
    }

    [Test]
    public async Task What_is_unmapped_is_not_lent_as_if_nothing_had_been()
    {
        await using FileStore store = Open();
        if (store is not IUnmapStore unmap)
        {
            Assert.Ignore("No holes can be punched here.");
            return;
        }

        await FillAsync(store, 0, Size);
        Lend(store, 0, Chunk).Return();
        Assert.That(await unmap.UnmapAsync(0, 8192), Is.EqualTo(StoreStatus.Ok));
        Assert.That(((ILendingStore)store).TryLend(0, 4096, out _), Is.False);
        long after = NativeFile.Blocks(FilePath);
        if (!IsInMemory) return;
        for (int i = 0; i < 100; i++)
            Assert.That(((ILendingStore)store).TryLend(8192, 4096, out _), Is.False, "There is a hole in its chunk.");
        Assert.That(NativeFile.Blocks(FilePath), Is.EqualTo(after));
    }

    [Test]
    public async Task What_is_cut_off_under_a_loan_is_an_error_of_the_call_that_reads_it()
    {
        await using FileStore store = Open();
        await FillAsync(store, 0, Size);
        PageLoan loan = Lend(store, 65536, 8192);
        Assert.That(NativeFile.Truncate(FilePath, 65536 + 4096), Is.Null);
        Assert.That(NativeFile.Send(loan.Address, 8192), Is.Null);
        Assert.That(NativeFile.Send(loan.Address, 4096), Is.Not.Null);
        loan.Return();
        Assert.That(NativeFile.Truncate(FilePath, Size), Is.Null);
    }

    [Test]
    public async Task What_was_cut_off_within_a_page_is_not_lent()
    {
        // Through a mapping it would be zeros, without an error.
        await using FileStore store = Open();
        await FillAsync(store, 0, Size);
        Lend(store, 65536, 4096).Return();
        Assert.That(NativeFile.Truncate(FilePath, 65536 + 2048), Is.Null);
        _time++;
        Assert.That(((ILendingStore)store).TryLend(65536, 4096, out _), Is.False);
        Assert.That(await store.ReadAsync(65536, new byte[4096]), Is.EqualTo(StoreStatus.ReadError));
        Assert.That(NativeFile.Truncate(FilePath, Size), Is.Null);
    }

    [Test]
    public async Task A_loan_outlives_the_store()
    {
        FileStore store = Open();
        byte[] bytes = await FillAsync(store, 0, Size);
        PageLoan loan = Lend(store, 0, 4096);
        await store.DisposeAsync();
        Assert.That(((ILendingStore)store).TryLend(0, 4096, out _), Is.False);
        Assert.That(NativeFile.Send(loan.Address, 4096), Is.EqualTo(bytes[..4096]));
        nint address = loan.Address;
        loan.Return();
        Assert.That(NativeFile.Send(address, 4096), Is.Null, "It is mapped no more.");
    }

    [Test]
    public async Task A_range_that_is_distrusted_is_looked_at_before_it_is_lent_again()
    {
        await using FileStore store = Open();
        await FillAsync(store, 0, Size);
        Lend(store, 0, 4096).Return();
        ((ILendingStore)store).Distrust(0, 4096);
        Assert.That(((ILendingStore)store).TryLend(0, 4096, out _), Is.False);
    }

    [Test]
    public async Task Without_zero_copy_nothing_is_lent()
    {
        await using FileStore store = FileStore.Open(FilePath, new FileStoreOptions { Size = Size, ZeroCopy = false });
        Assert.That(((ILendingStore)store).SmallestLoan, Is.EqualTo(int.MaxValue));
        Assert.That(((ILendingStore)store).TryLend(0, 4096, out _), Is.False);
    }

    [Test]
    public void A_smallest_read_of_nothing_is_misuse() =>
        Assert.That(() => FileStore.Open(FilePath, new FileStoreOptions { Size = Size, SmallestZeroCopyRead = 0 }), Throws.InstanceOf<ArgumentException>());

    private FileStore Open() => FileStore.Open(
        FilePath, new FileStoreOptions { Size = Size, ScheduleLook = static look => look.Execute(), Clock = () => _time });

    /// <summary>Lends what is in the page cache; if looks were for nothing before, the next may come later.</summary>
    private static PageLoan Lend(ILendingStore store, long offset, int length)
    {
        PageLoan loan;
        for (int i = 0; !store.TryLend(offset, length, out loan); i++)
        {
            if (i == 1000) Assert.Fail("It is not lent although it is in memory.");
        }

        return loan;
    }
}
