using System;
using System.Linq;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Scst.VDisk.Tests;

/// <summary>Thin disks on real stores: contents and mapping against a model, whatever the order of commands.</summary>
[TestFixture("ram", 512)]
[TestFixture("ram", 4096)]
[TestFixture("file", 512)]
[TestFixture("file", 4096)]
internal sealed class ThinDiskTests
{
    private const int Blocks = 701;

    private readonly string _kind;
    private readonly int _blockLength;
    private TemporaryDirectory _directory = null!;
    private int _files;

    public ThinDiskTests(string kind, int blockLength)
    {
        _kind = kind;
        _blockLength = blockLength;
    }

    [OneTimeSetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [OneTimeTearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void What_is_read_and_what_is_mapped_is_what_a_model_says() =>
        Prop.ForAll(ThinStep.Scripts(Blocks), (Func<ThinStep[], Task>)(async script =>
        {
            IBlockStore store = Open();
            if (store is not IUnmapStore { UnmapGranularity: var granularity })
            {
                await store.DisposeAsync();
                Assert.Ignore("This file system has no holes.");
                return;
            }
            await using TestDisk disk = await TestDisk.CreateAsync(store, new DiskOptions { BlockLength = _blockLength, Thin = true });
            var model = new ThinModel(Blocks, _blockLength, (int)Math.Max(1, granularity / _blockLength));
            foreach (ThinStep step in script)
                await step.PlayAsync(disk, model);
            string history = string.Join(", ", script.AsEnumerable());
            model.CheckBytes(0, await disk.ReadAsync(0, Blocks), history);
            foreach (ThinStepKind last in new[] { ThinStepKind.GetLbaStatus, ThinStepKind.Read })
                await new ThinStep(last, 0, Blocks, 0).PlayAsync(disk, model);
        })).QuickCheckThrowOnFailure();

    private IBlockStore Open()
    {
        long length = (long)Blocks * _blockLength;
        return _kind == "ram" ? new RamStore(length) : FileStore.Open(_directory[$"{_files++}.img"], new FileStoreOptions { Size = length });
    }
}
