using System;
using NUnit.Framework;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Transport.Linux;

namespace Scst.Iscsi.Tests.Transport;

/// <summary>Copies to pages that may not be there.</summary>
[Platform("Linux")]
[TestFixture(false)]
[TestFixture(true)]
public class KernelCopyTests
{
    private const int Pages = 6;

    private readonly bool _isThroughPipe;
    private MappedFile _file = null!;

    public KernelCopyTests(bool isThroughPipe) => _isThroughPipe = isThroughPipe;

    private static int PageLength => Environment.SystemPageSize;

    [SetUp]
    public void Create() => _file = new MappedFile(new byte[Pages * PageLength]);

    [TearDown]
    public void Remove() => _file.Dispose();

    [Test]
    public void What_is_copied_is_in_the_file([Values(0, 1, 4095, 4096, 4097, 20_000)] int length, [Values(0, 1, 100, 4095)] int offset)
    {
        var bytes = new byte[length];
        new Random(length + offset).NextBytes(bytes);
        Assert.That(Write(offset, bytes), Is.EqualTo(length));
        var expected = new byte[Pages * PageLength];
        bytes.CopyTo(expected, offset);
        Assert.That(_file.ReadAt(0, expected.Length), Is.EqualTo(expected));
    }

    [Test]
    public void It_ends_where_a_page_cannot_be_written([Values(0, 1, 3)] int page, [Values(0, 1, 4095)] int offset, [Values] bool isCut)
    {
        if (isCut)
            _file.Shorten(page * PageLength);
        else
            _file.Protect(page);
        var bytes = new byte[(Pages * PageLength) - offset];
        new Random(page).NextBytes(bytes);
        var count = Write(offset, bytes);
        var good = Math.Max(0, (page * PageLength) - offset);
        Assert.That(count, Is.LessThanOrEqualTo(good));
        // A pipe takes a page's worth of bytes at a time.
        Assert.That(count, Is.GreaterThan(good - (_isThroughPipe ? PageLength : 1)));
        Assert.That(_file.ReadAt(offset, count), Is.EqualTo(bytes[..count]));
    }

    [Test]
    public void After_one_that_failed_the_next_is_right()
    {
        _file.Protect(1);
        Assert.That(Write(PageLength, new byte[] { 1, 2, 3 }), Is.Zero);
        Assert.That(Write(0, new byte[] { 4, 5, 6, 7 }), Is.EqualTo(4));
        Assert.That(_file.ReadAt(0, 5), Is.EqualTo(new byte[] { 4, 5, 6, 7, 0 }));
    }

    private int Write(int offset, byte[] bytes) => _isThroughPipe
        ? KernelCopy.WriteThroughPipe(_file.Address + offset, bytes)
        : KernelCopy.Write(_file.Address + offset, bytes);
}
