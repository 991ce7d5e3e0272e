using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Testing;

namespace Scst.VDisk.Tests;

[TestFixture]
public sealed class NullStoreTests : BlockStoreContract
{
    protected override bool KeepsData => false;

    protected override bool CompletesSynchronously => true;

    [Test]
    public void A_length_that_is_no_disk_is_refused([Values(0, -512, 1, 511, 513)] long length) =>
        Assert.That(() => new NullStore(length), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task A_range_outside_is_misuse()
    {
        await using NullStore store = new(1024);
        foreach ((long offset, int count) in StoreRanges.Outside(1024))
        {
            Assert.That(() => store.ReadAsync(offset, new byte[count]), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(
                () => store.WriteAsync(offset, new byte[count], StoreWriteOptions.None), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => store.UnmapAsync(offset, count), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [Test]
    public async Task Initiators_are_told_that_flushing_saves_nothing()
    {
        await using NullStore store = new(1024);
        Assert.That(store.HasVolatileWriteCache, Is.False);
    }

    protected override ValueTask<IBlockStore> CreateAsync(long length) => new(new NullStore(length));
}
