using System.Collections.Generic;
using System.Threading;
using NUnit.Framework;

namespace Scst.VDisk.Tests;

/// <summary>Which pages are lent, what is mapped for that, and when it is let go of.</summary>
[TestFixture]
internal sealed class FileWindowsTests
{
    private const long Window = 1L << FileWindows.WindowShift;
    private const int Chunk = 1 << FileWindows.ChunkShift;

    private readonly Queue<IThreadPoolWorkItem> _looks = new();
    private FakePages _pages = null!;
    private FileWindows _windows = null!;

    [SetUp]
    public void MakeWindows()
    {
        _looks.Clear();
        _pages = new FakePages();
        _windows = FileWindows.TryCreate(_pages, (3 * Window) + 512, _looks.Enqueue, most: 2)!;
    }

    [Test]
    public void Nothing_is_lent_before_somebody_looked_and_then_it_is()
    {
        Assert.That(_windows.TryLend(4096, 512, forWriting: false, out _), Is.False);
        Assert.That(_pages.Mapped, Is.Empty, "Mapping may wait.");
        Look();
        PageLoan loan = Lend(4096, 512);
        Assert.That(loan.Address, Is.EqualTo(FakePages.At(4096)));
        loan.Return();
    }

    [Test]
    public void Every_chunk_of_a_read_must_be_there()
    {
        Prepare(0, Chunk);
        Assert.That(_windows.TryLend(Chunk - 512, 1024, forWriting: false, out _), Is.False);
        Look();
        Lend(Chunk - 512, 1024).Return();
        Assert.That(_pages.Looked, Is.EqualTo(new long[] { 0, Chunk }));
    }

    [Test]
    public void No_loan_crosses_windows()
    {
        Prepare(Window - 512, 512);
        Prepare(Window, 512);
        Assert.That(_windows.TryLend(Window - 512, 1024, forWriting: false, out _), Is.False);
        Assert.That(_looks, Is.Empty, "Looking would not help.");
        PageLoan loan = Lend(Window, 512);
        Assert.That(loan.Address, Is.EqualTo(FakePages.At(Window)));
        loan.Return();
    }

    [Test]
    public void The_end_of_the_file_is_lent_like_the_rest()
    {
        Prepare(3 * Window, 512);
        Lend(3 * Window, 512).Return();
        Assert.That(_pages.Mapped[FakePages.At(3 * Window)], Is.EqualTo(512));
    }

    [Test]
    public void What_is_absent_is_not_lent_and_is_looked_at_less_and_less_often()
    {
        _pages.Presence = static _ => PagePresence.Absent;
        for (int i = 0; i < 1000; i++)
        {
            Assert.That(_windows.TryLend(0, 512, forWriting: false, out _), Is.False);
            Look();
        }

        Assert.That(_pages.Looked, Has.Count.InRange(2, 20));
        _pages.Presence = static _ => PagePresence.Present;
        int reads = 0;
        PageLoan loan;
        while (!_windows.TryLend(0, 512, forWriting: false, out loan))
        {
            Look();
            Assert.That(++reads, Is.LessThan(1000));
        }

        loan.Return();
        Prepare(Chunk, 512);
    }

    [Test]
    public void A_system_that_cannot_is_asked_once()
    {
        _pages.Presence = static _ => PagePresence.Unsupported;
        for (int i = 0; i < 10; i++)
        {
            Assert.That(_windows.TryLend(i * Chunk, 512, forWriting: false, out _), Is.False);
            Look();
        }

        Assert.That(_pages.Looked, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_window_that_cannot_be_mapped_is_not_lent_from()
    {
        _pages.CannotMap = true;
        Assert.That(_windows.TryLend(0, 512, forWriting: false, out _), Is.False);
        Look();
        Assert.That(_windows.TryLend(0, 512, forWriting: false, out _), Is.False);
    }

    [Test]
    public void An_idle_window_gives_way_to_a_new_one()
    {
        Prepare(0, 512);
        Prepare(Window, 512);
        Prepare(2 * Window, 512);
        Assert.That(_windows.Mapped, Is.EqualTo(2));
        Assert.That(_pages.Mapped, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_window_with_a_loan_does_not_give_way()
    {
        Prepare(0, 512);
        PageLoan first = Lend(0, 512);
        Prepare(Window, 512);
        PageLoan second = Lend(Window, 512);
        Assert.That(_windows.TryLend(2 * Window, 512, forWriting: false, out _), Is.False);
        Look();
        Assert.That(_windows.TryLend(2 * Window, 512, forWriting: false, out _), Is.False);
        Look();
        Assert.That(_pages.Mapped.Keys, Is.EquivalentTo(new[] { FakePages.At(0), FakePages.At(Window) }));
        first.Return();
        Prepare(2 * Window, 512);
        Assert.That(_pages.Mapped.Keys, Does.Not.Contain(FakePages.At(0)));
        second.Return();
    }

    [Test]
    public void What_is_forgotten_is_looked_at_again()
    {
        Prepare(0, 3 * Chunk);
        Prepare(Window, 512);
        _windows.Forget(Chunk, 1);
        Lend(0, 512).Return();
        Lend(2 * Chunk, 512).Return();
        Assert.That(_windows.TryLend(Chunk, 512, forWriting: false, out _), Is.False);
        Prepare(Chunk, 512);
        _windows.Forget(0, 3 * Window);
        Assert.That(_windows.TryLend(0, 512, forWriting: false, out _), Is.False);
        Assert.That(_windows.TryLend(Window, 512, forWriting: false, out _), Is.False);
    }

    [Test]
    public void What_is_forgotten_while_it_is_looked_at_is_not_believed()
    {
        _pages.Presence = _ =>
        {
            _windows.Forget(0, 512);
            return PagePresence.Present;
        };
        Assert.That(_windows.TryLend(0, 512, forWriting: false, out _), Is.False);
        Look();
        Assert.That(_windows.TryLend(0, 512, forWriting: false, out _), Is.False);
    }

    [Test]
    public void Closing_leaves_mapped_what_is_lent_until_it_is_back()
    {
        Prepare(0, 512);
        Prepare(Window, 512);
        PageLoan one = Lend(0, 512);
        PageLoan other = Lend(0, 512);
        _windows.Close();
        Assert.That(_pages.Mapped.Keys, Is.EqualTo(new[] { FakePages.At(0) }));
        Assert.That(_windows.TryLend(0, 512, forWriting: false, out _), Is.False);
        Assert.That(_looks, Is.Empty);
        one.Return();
        Assert.That(_pages.Mapped, Has.Count.EqualTo(1));
        other.Return();
        Assert.That(_pages.Mapped, Is.Empty);
        _windows.Close();
    }

    [Test]
    public void Closing_while_somebody_looks_unmaps_when_he_is_done()
    {
        _pages.Presence = _ =>
        {
            _windows.Close();
            Assert.That(_pages.Mapped, Has.Count.EqualTo(1));
            return PagePresence.Present;
        };
        Assert.That(_windows.TryLend(0, 512, forWriting: false, out _), Is.False);
        Look();
        Assert.That(_pages.Mapped, Is.Empty);
    }

    [Test]
    public void What_may_be_read_may_not_be_written_but_what_may_be_written_may_be_read()
    {
        Prepare(0, 512);
        Assert.That(_windows.TryLend(0, 512, forWriting: true, out _), Is.False);
        _windows.WishForWriting(0, 512);
        _windows.WishForWriting(Chunk, 512);
        Look();
        Assert.That(_pages.LookedForWriting, Is.EqualTo(new long[] { 0, Chunk }));
        LendForWriting(0, Chunk + 512).Return();
        Lend(0, Chunk + 512).Return();
        Assert.That(_pages.Looked, Is.EqualTo(new long[] { 0 }));
    }

    [Test]
    public void A_write_has_nothing_looked_at_before_it_was_written()
    {
        Assert.That(_windows.TryLend(0, 512, forWriting: true, out _), Is.False);
        Assert.That(_looks, Is.Empty, "There is perhaps a hole.");
        Prepare(0, 512);
        Assert.That(_windows.TryLend(0, 512, forWriting: true, out _), Is.False);
        Assert.That(_looks, Is.Empty);
    }

    [Test]
    public void A_write_that_crosses_windows_is_not_looked_at()
    {
        _windows.WishForWriting(Window - 512, 1024);
        Assert.That(_looks, Is.Empty, "Looking would not help.");
    }

    [Test]
    public void What_is_forgotten_is_not_lent_for_writing()
    {
        _windows.WishForWriting(0, 2 * Chunk);
        Look();
        _windows.Forget(Chunk - 1, 1);
        Assert.That(_windows.TryLend(0, 512, forWriting: true, out _), Is.False);
        Assert.That(_windows.TryLend(0, 512, forWriting: false, out _), Is.False);
        LendForWriting(Chunk, Chunk).Return();
    }

    [Test]
    public void A_system_that_cannot_make_pages_writable_lends_them_for_reading()
    {
        _pages.Presence = static _ => PagePresence.Unsupported;
        Assert.That(_windows.CanWrite);
        _windows.WishForWriting(0, 512);
        Look();
        Assert.That(_windows.CanWrite, Is.False);
        _windows.WishForWriting(0, 512);
        Assert.That(_looks, Is.Empty);
        _pages.Presence = static _ => PagePresence.Present;
        PageLoan loan;
        while (!_windows.TryLend(0, 512, forWriting: false, out loan)) Look();
        loan.Return();
    }

    [Test]
    public void A_file_of_more_windows_than_are_worth_a_table_is_not_lent_from() =>
        Assert.That(FileWindows.TryCreate(_pages, long.MaxValue, _looks.Enqueue), Is.Null);

    private void Look()
    {
        while (_looks.TryDequeue(out IThreadPoolWorkItem? look)) look.Execute();
    }

    private void Prepare(long offset, int length)
    {
        Assert.That(_windows.TryLend(offset, length, forWriting: false, out _), Is.False);
        Look();
        Lend(offset, length).Return();
    }

    private PageLoan LendForWriting(long offset, int length)
    {
        Assert.That(_windows.TryLend(offset, length, forWriting: true, out PageLoan loan), Is.True);
        return loan;
    }

    private PageLoan Lend(long offset, int length)
    {
        Assert.That(_windows.TryLend(offset, length, forWriting: false, out PageLoan loan), Is.True);
        return loan;
    }
}
