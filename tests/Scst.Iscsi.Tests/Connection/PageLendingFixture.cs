using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;
using Scst.Iscsi.Transport;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>A disk that lends the pages of a file. At the end of each test every loan must have come back.</summary>
[Platform("Linux")]
public abstract class PageLendingFixture : IscsiFixture
{
    protected const int MediumError = 0x031100;

    internal PageLendingHandler Lender => (PageLendingHandler)Handler;

    /// <summary>What the file holds.</summary>
    protected static byte[] Content { get; } = Pattern(DiskBytes, 77);

    /// <summary>How much of so many good bytes before a bad one a send takes. Null: as the system does it.</summary>
    protected Func<long, long>? Progress { get; set; }

    [SetUp]
    public void Decorate()
    {
        Progress = null;
        Driver.Node.Transports!.Decorator = Wrap;
    }

    [TearDown]
    public async Task TakeBackLoans()
    {
        await WaitAsync(() => Lender.Outstanding == 0);
        Lender.Dispose();
    }

    private protected override GatedHandler MakeHandler(IDevHandler disk) => new PageLendingHandler(disk, Content);

    protected static byte[] At(uint lba, int blocks) => Content[((int)lba * BlockLength)..(((int)lba + blocks) * BlockLength)];

    /// <summary>The outcomes of commands that end in any order; all else that comes is kept in <paramref name="others"/>.</summary>
    private protected static async Task<Dictionary<uint, CommandOutcome>> FinishAllAsync(
        TestInitiator initiator, IReadOnlyDictionary<uint, int> expected, List<ReceivedPdu>? others = null, int otherCount = 0)
    {
        var collectors = new Dictionary<uint, DataInCollector>();
        var outcomes = new Dictionary<uint, CommandOutcome>();
        foreach (var (tag, length) in expected)
            collectors.Add(tag, new DataInCollector(initiator, length));
        while (outcomes.Count < expected.Count || (others is not null && others.Count < otherCount))
        {
            var pdu = await initiator.ReceiveAsync();
            if (!collectors.TryGetValue(pdu.Tag, out var collector))
                others!.Add(pdu);
            else if (collector.TryFinish(pdu, out var outcome))
                outcomes.Add(pdu.Tag, outcome);
        }

        return outcomes;
    }

    private ByteTransport Wrap(ByteTransport transport) => Progress is { } progress
        ? new FaultingTransport(transport, address => Lender.IsBad(address - Lender.Address), progress)
        : transport;
}
