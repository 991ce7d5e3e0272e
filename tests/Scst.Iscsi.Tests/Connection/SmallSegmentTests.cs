using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>A target that takes little at a time, or much.</summary>
[TestFixture(512, 512)]
[TestFixture(1536, 4096)]
[TestFixture(1 << 20, 1 << 20)]
[TestFixture((1 << 24) - 1, (1 << 24) - 1)]
public class SmallSegmentTests : IscsiFixture
{
    private readonly int _segment;
    private readonly int _burst;

    public SmallSegmentTests(int segment, int burst)
    {
        _segment = segment;
        _burst = burst;
    }

    protected override IscsiDriverOptions Configure(IscsiDriverOptions options) => options with
    {
        Parameters = new IscsiParameters { MaxRecvDataSegmentLength = _segment, MaxBurstLength = _burst, FirstBurstLength = _burst },
    };

    [Test]
    public async Task Writes_obey_what_the_target_declares([Values] bool digests, [Values] bool initialR2T)
    {
        string[] keys =
        [
            $"InitialR2T={(initialR2T ? "Yes" : "No")}", "ImmediateData=Yes", "FirstBurstLength=16777215", "MaxBurstLength=16777215",
            "MaxOutstandingR2T=3", .. digests ? new[] { "HeaderDigest=CRC32C", "DataDigest=CRC32C" } : [],
        ];
        var initiator = await LoginAsync(keys);
        Assert.That(initiator.TargetMaxSegment, Is.EqualTo(System.Math.Min(_segment, DataBufferPool.LargestBuffer)));
        var data = Pattern(4096 * BlockLength, 6);
        Assert.That((await initiator.WriteAsync(Cdb.Write10(1, 4096), data)).Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(await ReadStoreAsync(BlockLength, data.Length), Is.EqualTo(data));
    }
}
