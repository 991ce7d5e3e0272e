using NUnit.Framework;
using Scst.Loopback;

namespace Scst.Tests.DeviceServer;

/// <summary>Without a store there is nothing that could keep identifying information.</summary>
[TestFixture]
internal sealed class NoStoreTests : EngineFixture
{
    [Test]
    public void There_is_no_identifying_information()
    {
        LoopbackInitiator initiator = Login();
        Expect.InvalidFieldInCdb(Run(initiator, [0xA3, 0x05, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0], dataIn: 4096), 1, 4);
        Expect.InvalidFieldInCdb(Run(initiator, [0xA4, 0x06, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0], [0x55]), 1, 4);
    }
}
