using System;
using System.IO;
using Microsoft.Win32.SafeHandles;
using NUnit.Framework;

namespace Scst.Tests.Memory;

[TestFixture]
internal sealed class DataSegmentTests
{
    [Test]
    public void Memory_may_be_touched_by_anybody()
    {
        byte[] array = [0, 1, 2, 3, 4];
        DataSegment segment = DataSegment.FromMemory(array, 1, 3);
        Assert.That(segment.Kind, Is.EqualTo(SegmentKind.Memory));
        Assert.That(segment.Length, Is.EqualTo(3));
        Assert.That(segment.Span.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(segment.Array, Is.EqualTo(new ArraySegment<byte>(array, 1, 3)));
        Assert.That(() => segment.Address, Throws.InvalidOperationException);
        Assert.That(() => segment.File, Throws.InvalidOperationException);
        Assert.That(() => segment.FileOffset, Throws.InvalidOperationException);
    }

    [Test]
    public void A_kernel_address_has_no_bytes()
    {
        DataSegment segment = DataSegment.FromAddress(0x1000, 512);
        Assert.That(segment.Kind, Is.EqualTo(SegmentKind.KernelAddress));
        Assert.That(segment.Address, Is.EqualTo((nint)0x1000));
        Assert.That(segment.Length, Is.EqualTo(512));
        Assert.That(() => segment.Span.Length, Throws.InvalidOperationException);
        Assert.That(() => segment.Memory, Throws.InvalidOperationException);
        Assert.That(() => segment.Array, Throws.InvalidOperationException);
        Assert.That(() => segment.File, Throws.InvalidOperationException);
        Assert.That(() => DataSegment.FromAddress(0x1000, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_file_range_has_no_bytes()
    {
        using SafeFileHandle file = File.OpenHandle(typeof(DataSegmentTests).Assembly.Location);
        DataSegment segment = DataSegment.FromFile(file, 1L << 40, 4096);
        Assert.That(segment.Kind, Is.EqualTo(SegmentKind.FileRange));
        Assert.That(segment.File, Is.SameAs(file));
        Assert.That(segment.FileOffset, Is.EqualTo(1L << 40));
        Assert.That(segment.Length, Is.EqualTo(4096));
        Assert.That(() => segment.Span.Length, Throws.InvalidOperationException);
        Assert.That(() => segment.Address, Throws.InvalidOperationException);
        Assert.That(() => DataSegment.FromFile(null!, 0, 0), Throws.ArgumentNullException);
        Assert.That(() => DataSegment.FromFile(file, -1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => DataSegment.FromFile(file, 0, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(-1, 1)]
    [TestCase(0, 5)]
    [TestCase(4, 1)]
    [TestCase(1, -1)]
    [TestCase(int.MaxValue, 1)]
    [TestCase(1, int.MaxValue)]
    public void A_range_outside_the_array_is_refused(int offset, int length) =>
        Assert.That(() => DataSegment.FromMemory(new byte[4], offset, length), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void No_array_is_refused() => Assert.That(() => DataSegment.FromMemory(null!, 0, 0), Throws.ArgumentNullException);
}
