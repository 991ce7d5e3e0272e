using NUnit.Framework;

namespace Scst.VDisk.Tests;

[TestFixture]
public sealed class ChunkTableTests
{
    [Test]
    public void Whoever_comes_second_gets_the_chunk_of_the_first()
    {
        ChunkTable table = new(1L << 40);
        byte[] first = new byte[ChunkTable.ChunkSize];
        byte[] second = new byte[ChunkTable.ChunkSize];
        Assert.That(table.Install(1L << 30, first), Is.SameAs(first));
        Assert.That(table.Install((1L << 30) + ChunkTable.ChunkSize - 1, second), Is.SameAs(first));
        Assert.That(table.Find(1L << 30), Is.SameAs(first));
        Assert.That(table.Remove(1L << 30), Is.True);
        Assert.That(table.Remove(1L << 30), Is.False);
        Assert.That(table.Find(1L << 30), Is.Null);
        Assert.That(table.Install(1L << 30, second), Is.SameAs(second));
    }

    [Test]
    public void A_hole_ends_no_later_than_the_next_chunk()
    {
        foreach (long length in new[] { 512, ChunkTable.ChunkSize, 10L * ChunkTable.ChunkSize, 1L << 40, 1L << 62 })
        {
            ChunkTable table = new(length);
            long last = (length - 1) / ChunkTable.ChunkSize * ChunkTable.ChunkSize;
            table.Install(last, []);
            long offset = 0;
            for (long steps = 0; table.HoleAt(offset) is var hole and > 0; steps++)
            {
                offset += hole;
                Assert.That(offset, Is.LessThanOrEqualTo(last), $"a store of {length}");
                if (steps > 1 << 24) Assert.Fail("no end");
            }

            Assert.That(offset, Is.EqualTo(last), $"a store of {length}");
        }
    }

    [Test]
    public void Whoever_comes_second_with_a_part_of_the_table_gets_that_of_the_first()
    {
        // Both have found it missing; this is what is left of making one.
        ChunkTable table = new(1L << 24);
        byte[]?[] first = new byte[]?[16];
        Assert.That(table.PublishLeaf(0, first), Is.SameAs(first));
        byte[] chunk = [1];
        table.Install(0, chunk);
        Assert.That(table.PublishLeaf(ChunkTable.ChunkSize, new byte[]?[16]), Is.SameAs(first));
        Assert.That(table.Find(0), Is.SameAs(chunk));
    }
}
