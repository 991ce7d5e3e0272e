using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>A disk that keeps nothing lends its zeros, and takes no buffer of the pool for them.</summary>
[TestFixture]
internal sealed class NullDiskTests
{
    [Test]
    public async Task A_read_gives_zeros_whether_they_are_lent_or_copied([Values(1u, 8u, 128u, 129u, 2048u)] uint blocks, [Values] bool forced)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new NullStore(4 << 20));
        byte[] data = [.. Enumerable.Repeat((byte)0xEE, (int)blocks * 512)];
        byte[] cdb = Cdb.Read(10, 5, blocks);
        if (forced)
            cdb[1] |= 0x08;
        LoopbackResult result = await disk.ExecuteAsync(cdb, dataIn: data);
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.Good));
        Assert.That(result.DataInLength, Is.EqualTo(data.Length));
        Assert.That(data, Is.All.Zero);
    }

    [Test]
    public async Task A_short_read_takes_no_buffer_while_its_response_is_on_the_way([Values(128u, 129u)] uint blocks)
    {
        await using TestDisk disk = await TestDisk.CreateAsync(new NullStore(4 << 20));
        var command = new LoopbackCommand
        {
            Cdb = Cdb.Read(10, 0, blocks),
            DataIn = new byte[blocks * 512],
            HoldsResponse = true,
        };
        disk.Initiator.Submit(command);
        disk.Initiator.EndOfBurst();
        Assert.That(command.IsResponseHeld, Is.True);
        Assert.That(disk.Pool.RentedBytes > 0, Is.EqualTo(blocks > 128));
        command.DeliverResponse();
        Assert.That(command.Result.Status, Is.EqualTo(ScsiStatus.Good));
    }
}
