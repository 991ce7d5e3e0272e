using NUnit.Framework;
using Scst.Testing;

namespace Scst.VDisk.Tests;

[TestFixture("ram")]
[TestFixture("file")]
internal sealed class DiskHandlerContractTests : DevHandlerContract
{
    private readonly string _kind;
    private TemporaryDirectory _directory = null!;
    private int _files;

    public DiskHandlerContractTests(string kind) => _kind = kind;

    [OneTimeSetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [OneTimeTearDown]
    public void RemoveDirectory() => _directory.Dispose();

    protected override IDevHandler CreateHandler() => new DiskHandler(_kind == "ram"
        ? new RamStore(4 << 20)
        : FileStore.Open(_directory[$"{_files++}.img"], new FileStoreOptions { Size = 4 << 20 }));
}
