using NUnit.Framework;

namespace Scst.VDisk.Tests;

[TestFixture]
internal sealed class LengthWatchTests
{
    private const int Whole = 8192;

    private FakeFileIo _io = null!;
    private long _time;

    [SetUp]
    public void Open() => _io = new FakeFileIo(Whole);

    [TearDown]
    public void Dispose() => _io.Dispose();

    [Test]
    public void A_file_that_was_whole_is_taken_to_be_so_until_the_clock_moves_on()
    {
        LengthWatch watch = Watch();
        Assert.That(watch.Reaches(512), Is.True);
        _io.Cut(4096);
        Assert.That(watch.Reaches(Whole), Is.True, "the same tick");
        _time++;
        Assert.That(watch.Reaches(Whole), Is.False);
        Assert.That(watch.Reaches(4096), Is.True, "what is left");
    }

    [Test]
    public void A_file_that_is_too_short_is_asked_for_each_time()
    {
        LengthWatch watch = Watch();
        _io.Cut(4096);
        Assert.That(watch.Reaches(4096), Is.True);
        _io.Cut(2048);
        Assert.That(watch.Reaches(4096), Is.False, "the same tick");
    }

    private LengthWatch Watch() => new(_io, Whole, () => _time);
}
