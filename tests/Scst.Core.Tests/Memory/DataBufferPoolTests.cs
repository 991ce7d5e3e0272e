using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace Scst.Tests.Memory;

[TestFixture]
internal sealed class DataBufferPoolTests
{
    [TestCase(1, 4096)]
    [TestCase(4096, 4096)]
    [TestCase(4097, 16384)]
    [TestCase(65536, 65536)]
    [TestCase(65537, 262144)]
    [TestCase(1 << 20, 1 << 20)]
    public void A_buffer_has_at_least_the_length_that_was_asked_for(int length, int capacity)
    {
        var pool = new DataBufferPool();
        DataBuffer buffer = pool.TryRent(length)!;
        Assert.That(buffer.Capacity, Is.EqualTo(capacity));
        Assert.That(buffer.Memory.Length, Is.EqualTo(capacity));
        Assert.That(pool.RentedBytes, Is.EqualTo(capacity));
        pool.Return(buffer);
        Assert.That(pool.RentedBytes, Is.Zero);
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase((1 << 20) + 1)]
    public void A_length_out_of_range_is_refused(int length) =>
        Assert.That(() => new DataBufferPool().TryRent(length), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void A_cap_under_the_largest_buffer_is_refused() => Assert.That(
        () => new DataBufferPool(new DataBufferPoolOptions { MaxBytes = (1 << 20) - 1 }), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void At_the_cap_there_is_none_until_one_comes_back()
    {
        var pool = new DataBufferPool(new DataBufferPoolOptions { MaxBytes = 4 << 20 });
        DataBuffer?[] buffers = [.. Enumerable.Range(0, 4).Select(_ => pool.TryRent(1 << 20))];
        Assert.That(buffers, Has.None.Null);
        Assert.That(pool.TryRent(1 << 20), Is.Null);
        Assert.That(pool.TryRent(1), Is.Null);
        pool.Return(buffers[0]!);
        DataBuffer? again = pool.TryRent(1 << 20);
        Assert.That(again, Is.SameAs(buffers[0]));
    }

    [Test]
    public void Cached_buffers_of_one_size_give_way_to_another()
    {
        var pool = new DataBufferPool(new DataBufferPoolOptions { MaxBytes = 1 << 20 });
        DataBuffer[] small = [.. Enumerable.Range(0, 256).Select(_ => pool.TryRent(4096)!)];
        Assert.That(pool.TryRent(1), Is.Null);
        Array.ForEach(small, pool.Return);
        DataBuffer? large = pool.TryRent(1 << 20);
        Assert.That(large, Is.Not.Null);
        Assert.That(pool.AllocatedBytes, Is.EqualTo(1 << 20));
        pool.Return(large!);
        Assert.That(pool.TryRent(1), Is.Not.Null);
        Assert.That(pool.AllocatedBytes, Is.LessThanOrEqualTo(1 << 20));
    }

    [Test]
    public void The_cap_holds_whatever_is_rented_and_returned()
    {
        const int cap = 3 << 20;
        var random = new Random(5);
        var pool = new DataBufferPool(new DataBufferPoolOptions { MaxBytes = cap });
        var rented = new List<DataBuffer>();
        int refused = 0;
        for (int i = 0; i < 20000; i++)
        {
            if (random.Next(2) == 0 && rented.Count > 0)
            {
                int index = random.Next(rented.Count);
                pool.Return(rented[index]);
                rented.RemoveAt(index);
            }
            else if (pool.TryRent(1 << random.Next(21)) is { } buffer)
            {
                rented.Add(buffer);
            }
            else
            {
                refused++;
            }
            Assert.That(pool.AllocatedBytes, Is.LessThanOrEqualTo(cap));
        }
        Assert.That(pool.RentedBytes, Is.EqualTo(rented.Sum(buffer => (long)buffer.Capacity)));
        Assert.That(rented.Distinct().Count(), Is.EqualTo(rented.Count), "No buffer has two owners.");
        Assert.That(refused, Is.Positive);
        rented.ForEach(pool.Return);
        Assert.That(pool.RentedBytes, Is.Zero);
    }

    [Test]
    public void Returning_a_buffer_twice_throws_and_gives_it_to_nobody_twice()
    {
        var pool = new DataBufferPool();
        DataBuffer buffer = pool.TryRent(100)!;
        pool.Return(buffer);
        Assert.That(() => pool.Return(buffer), Throws.InvalidOperationException);
        DataBuffer? next = pool.TryRent(100);
        Assert.That(pool.TryRent(100), Is.Not.SameAs(next));
    }

    [Test]
    public void A_returned_buffer_throws_on_use()
    {
        var pool = new DataBufferPool();
        DataBuffer buffer = pool.TryRent(100)!;
        Assert.That(buffer.Array, Is.Not.Null);
        pool.Return(buffer);
        Assert.That(() => buffer.Array, Throws.InvalidOperationException);
    }

    [Test]
    public void Nothing_cannot_be_returned() => Assert.That(() => new DataBufferPool().Return(null!), Throws.ArgumentNullException);

    [Test]
    public void Renting_and_returning_costs_no_heap_once_the_pool_is_warm()
    {
        var pool = new DataBufferPool();
        int[] lengths = [512, 10000, 60000, 200000, 1 << 20];
        void Round()
        {
            foreach (int length in lengths)
                pool.Return(pool.TryRent(length)!);
        }

        // A thread may move to another processor and find that stripe's slots empty, but then takes from the others.
        for (int i = 0; i < 100; i++)
            Round();
        // The runtime itself allocates now and then, once; what a round costs, it costs in every batch.
        long least = long.MaxValue;
        for (int batch = 0; batch < 5 && least > 0; batch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
                Round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.That(least, Is.Zero);
    }
}
