using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Tests.DeviceServer;

/// <summary>SEND DIAGNOSTIC and RECEIVE DIAGNOSTIC RESULTS (SPC-6).</summary>
[TestFixture]
internal sealed class DiagnosticTests : PrimaryFixture
{
    [TestCase("1D 04 00 00 00 00")]
    [TestCase("1D 14 00 00 00 00", Description = "PF")]
    [TestCase("1D 07 00 00 00 00", Description = "DEVOFFL and UNITOFFL")]
    public void The_default_self_test_is_the_handler_s(string cdb)
    {
        Expect.Good(Send(cdb));
        Assert.That(Primary.SelfTests, Is.EqualTo(1));
        Primary.SelfTestFailure = Sense.HardwareError(AdditionalSense.LogicalUnitFailedSelfTest);
        Expect.Check(Send(cdb), 0x4, 0x3E03);
        Assert.That(Primary.SelfTests, Is.EqualTo(2));
    }

    [TestCase("1D 00 00 00 00 00")]
    [TestCase("1D 10 00 00 00 00")]
    public void Without_selftest_and_list_nothing_is_tested(string cdb)
    {
        Expect.Good(Send(cdb));
        Assert.That(Primary.SelfTests, Is.Zero);
    }

    // Supported Diagnostic Pages: itself alone, by PCV and PAGE CODE or after the SEND DIAGNOSTIC that asks for it.
    [Test]
    public void The_supported_pages_are_told()
    {
        byte[] supported = Bytes("00 00 00 01 00");
        Assert.That(Fetch("1C 01 00 10 00 00"), Is.EqualTo(supported));
        Expect.Good(Send("1D 10 00 00 04 00", new byte[4]));
        Assert.That(Fetch("1C 00 00 10 00 00"), Is.EqualTo(supported));
        Assert.That(Fetch("1C 01 00 00 03 00"), Is.EqualTo(supported[..3]));
    }
}
