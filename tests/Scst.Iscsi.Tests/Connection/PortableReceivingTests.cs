using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>A transport that cannot receive to addresses gets none.</summary>
public class PortableReceivingTests : PageReceivingFixture
{
    public PortableReceivingTests() => UsesPortableTransport = true;

    [Test]
    public async Task Data_is_copied([Values(1, 100, 1000)] int blocks)
    {
        var initiator = await LoginAsync();
        var data = Pattern(blocks * BlockLength, 1);
        Expect(5, data);
        Assert.That((await initiator.WriteAsync(Cdb.Write10(5, blocks), data)).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(Lender.Lent, Is.Zero);
        Assert.That(Lender.Copied, Is.EqualTo(data.Length));
    }
}
