using NUnit.Framework;
using Scst.Loopback;

namespace Scst.Tests.DeviceServer;

/// <summary>An ALLOCATION LENGTH is no demand: the longest transfer of the engine does not make it an error (SPC-6 4.2.5.6).</summary>
[TestFixture]
internal sealed class ShortTransferTests : EngineFixture
{
    protected override ScsiEngineOptions EngineOptions => new() { MaxTransferBytes = 64 << 10 };

    [TestCase(0x0001_0001)]
    [TestCase(0x7FFF_FFFF)]
    public void An_allocation_length_above_the_longest_transfer_is_no_error(int length)
    {
        LoopbackInitiator initiator = Login();
        byte[] luns = Fetch(initiator, Cdbs.ReportLuns(length), 16);
        Assert.That(luns, Is.EqualTo(new byte[] { 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }));
    }
}
