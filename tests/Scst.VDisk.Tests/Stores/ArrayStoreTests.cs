using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Testing;

namespace Scst.VDisk.Tests;

[TestFixture]
public sealed class ArrayStoreTests : BlockStoreContract
{
    protected override bool CompletesSynchronously => true;

    protected override long HugeLength => 0;

    protected override ValueTask<IBlockStore> CreateAsync(long length) => new(new ArrayStore((int)length));
}
