using System;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Scst.VDisk.Tests;

/// <summary>Pages of real files that are lent for writing, on a disk and in memory.</summary>
[TestFixture("disk")]
[TestFixture("memory")]
[Platform("Linux")]
internal sealed class FileStoreWriteLendingTests : LendingFileFixture
{
    private const int Chunk = 1 << FileWindows.ChunkShift;

    public FileStoreWriteLendingTests(string where)
        : base(where)
    {
    }

    [Test]
    public async Task What_is_received_in_place_is_in_the_store_and_in_the_file()
    {
        FileStore store = Open();
        byte[] bytes = await FillAsync(store, 0, Size);
        byte[] later = Random(200000, seed: 2);
        PageLoan loan = Lend(store, 12288 + 512, later.Length);
        Assert.That(NativeFile.Receive(loan.Address, later), Is.EqualTo(later.Length));
        Assert.That(((ILendingStore)store).Confirm(12800, later.Length), Is.EqualTo(StoreStatus.Ok));
        loan.Return();
        later.CopyTo(bytes, 12800);
        byte[] read = new byte[Size];
        Assert.That(await store.ReadAsync(0, read), Is.EqualTo(StoreStatus.Ok));
        Assert.That(read.AsSpan().SequenceEqual(bytes));
        Assert.That(await store.CloseAsync(), Is.EqualTo(StoreStatus.Ok));
        Assert.That((await File.ReadAllBytesAsync(FilePath)).AsSpan().SequenceEqual(bytes));
    }

    [Test]
    public async Task What_was_flushed_can_be_written_in_place_again()
    {
        await using FileStore store = Open();
        await FillAsync(store, 0, Chunk);
        for (int seed = 2; seed < 5; seed++)
        {
            PageLoan loan = Lend(store, 0, 8192);
            byte[] bytes = Random(8192, seed);
            Assert.That(NativeFile.Receive(loan.Address, bytes), Is.EqualTo(8192));
            loan.Return();
            Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok));
            byte[] read = new byte[8192];
            Assert.That(await store.ReadAsync(0, read), Is.EqualTo(StoreStatus.Ok));
            Assert.That(read, Is.EqualTo(bytes));
        }
    }

    [Test]
    public async Task A_hole_is_not_lent_and_gets_no_room_by_being_looked_at()
    {
        await using FileStore store = Open();
        await FillAsync(store, 0, 4096);
        await FillAsync(store, Chunk, Chunk);
        await store.FlushAsync();
        // On a disk this brings pages of zeros to the cache.
        Assert.That(await store.ReadAsync(0, new byte[Size]), Is.EqualTo(StoreStatus.Ok));
        long before = NativeFile.Blocks(FilePath);
        for (int i = 0; i < 600; i++)
        {
            ((ILendingStore)store).Written(0, 4096);
            ((ILendingStore)store).Written(2 * Chunk, 4096);
            Assert.That(((ILendingStore)store).TryLendForWriting(0, 4096, out _), Is.False);
            Assert.That(((ILendingStore)store).TryLendForWriting(2 * Chunk, 4096, out _), Is.False);
        }

        Assert.That(NativeFile.Blocks(FilePath), Is.EqualTo(before));
        Lend(store, Chunk, Chunk).Return();
    }

    [Test]
    public async Task What_is_unmapped_is_not_lent_until_all_of_it_was_written_again()
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
        Assert.That(((ILendingStore)store).TryLendForWriting(0, 4096, out _), Is.False);
        await FillAsync(store, 0, 4096);
        for (int i = 0; i < 600; i++) ((ILendingStore)store).Written(0, 4096);
        Assert.That(((ILendingStore)store).TryLendForWriting(0, 4096, out _), Is.False, "There is a hole in its chunk.");
        await FillAsync(store, 0, 8192);
        Lend(store, 0, Chunk).Return();
    }

    [Test]
    public async Task What_is_unmapped_under_a_loan_is_written_all_the_same()
    {
        await using FileStore store = Open();
        if (store is not IUnmapStore unmap)
        {
            Assert.Ignore("No holes can be punched here.");
            return;
        }

        await FillAsync(store, 0, Size);
        PageLoan loan = Lend(store, 0, 8192);
        Assert.That(await unmap.UnmapAsync(0, 8192), Is.EqualTo(StoreStatus.Ok));
        byte[] bytes = Random(8192, seed: 2);
        Assert.That(NativeFile.Receive(loan.Address, bytes), Is.EqualTo(8192));
        Assert.That(((ILendingStore)store).Confirm(0, 8192), Is.EqualTo(StoreStatus.Ok));
        loan.Return();
        byte[] read = new byte[8192];
        Assert.That(await store.ReadAsync(0, read), Is.EqualTo(StoreStatus.Ok));
        Assert.That(read, Is.EqualTo(bytes));
    }

    [Test]
    public async Task What_is_cut_off_under_a_loan_is_an_error_of_the_call_that_writes_it()
    {
        await using FileStore store = Open();
        await FillAsync(store, 0, Size);
        PageLoan loan = Lend(store, 65536, 8192);
        Assert.That(NativeFile.Truncate(FilePath, 65536 + 4096), Is.Null);
        Assert.That(NativeFile.Receive(loan.Address, new byte[8192]), Is.EqualTo(4096));
        Assert.That(((ILendingStore)store).Confirm(65536, 8192), Is.EqualTo(StoreStatus.WriteError));
        Assert.That(((ILendingStore)store).Confirm(65536, 4096), Is.EqualTo(StoreStatus.Ok));
        Assert.That(new FileInfo(FilePath).Length, Is.EqualTo(65536 + 4096), "It does not grow again.");
        loan.Return();
        Assert.That(NativeFile.Truncate(FilePath, Size), Is.Null);
    }

    [Test]
    public async Task What_was_cut_off_within_a_page_is_not_taken_for_written()
    {
        // The system takes the bytes, and they are nowhere.
        await using FileStore store = Open();
        await FillAsync(store, 0, Size);
        PageLoan loan = Lend(store, 65536, 4096);
        Assert.That(NativeFile.Truncate(FilePath, 65536 + 2048), Is.Null);
        Assert.That(NativeFile.Receive(loan.Address, Random(4096, seed: 2)), Is.EqualTo(4096));
        Assert.That(((ILendingStore)store).Confirm(65536, 4096), Is.EqualTo(StoreStatus.WriteError));
        loan.Return();
        Assert.That(NativeFile.Truncate(FilePath, Size), Is.Null);
    }

    [Test]
    public async Task A_loan_outlives_the_store_but_what_is_written_to_it_then_is_not_confirmed()
    {
        FileStore store = Open();
        await FillAsync(store, 0, Size);
        PageLoan loan = Lend(store, 0, 4096);
        await store.DisposeAsync();
        Assert.That(((ILendingStore)store).TryLendForWriting(0, 4096, out _), Is.False);
        Assert.That(NativeFile.Receive(loan.Address, new byte[4096]), Is.EqualTo(4096));
        Assert.That(((ILendingStore)store).Confirm(0, 4096), Is.EqualTo(StoreStatus.Gone));
        nint address = loan.Address;
        loan.Return();
        Assert.That(NativeFile.Receive(address, new byte[4096]), Is.Zero, "It is mapped no more.");
    }

    [Test]
    public async Task A_range_that_is_distrusted_is_written_and_looked_at_before_it_is_lent_again()
    {
        await using FileStore store = Open();
        await FillAsync(store, 0, Size);
        Lend(store, 0, 4096).Return();
        ((ILendingStore)store).Distrust(0, 4096);
        Assert.That(((ILendingStore)store).TryLendForWriting(0, 4096, out _), Is.False);
    }

    [Test]
    public async Task A_short_write_is_neither_lent_nor_looked_at()
    {
        await using FileStore store = Open();
        await FillAsync(store, 0, Size);
        for (int i = 0; i < 10; i++) ((ILendingStore)store).Written(0, 3584);
        Assert.That(((ILendingStore)store).TryLendForWriting(0, 4096, out _), Is.False);
        Lend(store, 0, 4096).Return();
        Assert.That(((ILendingStore)store).TryLendForWriting(0, 3584, out _), Is.False);
    }

    [Test]
    public async Task A_store_that_only_reads_writes_through_or_copies_lends_nothing_for_writing()
    {
        await using (FileStore store = Open()) await FillAsync(store, 0, Size);
        FileStoreOptions[] refusals =
            [Options with { ReadOnly = true }, Options with { WriteThrough = true }, Options with { ZeroCopy = false }];
        foreach (FileStoreOptions refusing in refusals)
        {
            await using FileStore store = FileStore.Open(FilePath, refusing);
            ILendingStore lender = store;
            Assert.That(lender.SmallestLoanForWriting, Is.EqualTo(int.MaxValue));
            lender.Written(0, Chunk);
            Assert.That(lender.TryLendForWriting(0, Chunk, out _), Is.False);
        }
    }

    [Test]
    public async Task By_itself_only_a_file_in_memory_is_written_in_place()
    {
        await using FileStore store = FileStore.Open(FilePath, new FileStoreOptions { Size = Size });
        Assert.That(((ILendingStore)store).SmallestLoanForWriting, Is.EqualTo(IsInMemory ? 32768 : int.MaxValue));
    }

    [Test]
    public void A_smallest_write_of_nothing_is_misuse() =>
        Assert.That(() => FileStore.Open(FilePath, Options with { SmallestZeroCopyWrite = 0 }), Throws.InstanceOf<ArgumentException>());

    private static FileStoreOptions Options { get; } = new()
    {
        Size = Size,
        SmallestZeroCopyWrite = 4096,
        ScheduleLook = static look => look.Execute(),
        Clock = static () => 1,
    };

    private FileStore Open() => FileStore.Open(FilePath, Options);

    /// <summary>Lends what was written; if looks were for nothing before, the next may come later.</summary>
    private static PageLoan Lend(ILendingStore store, long offset, int length)
    {
        PageLoan loan;
        for (int i = 0; !store.TryLendForWriting(offset, length, out loan); i++)
        {
            if (i == 1000) Assert.Fail("It is not lent although it is in memory.");
            store.Written(offset, Math.Max(4096, length));
        }

        return loan;
    }
}
