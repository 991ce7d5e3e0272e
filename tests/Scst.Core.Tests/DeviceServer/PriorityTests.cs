using System;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Tests.DeviceServer;

/// <summary>REPORT PRIORITY (SPC-6): no nexus has a priority.</summary>
[TestFixture]
internal sealed class PriorityTests : PrimaryFixture
{
    // CURRENT PRIORITY, RELATIVE TARGET PORT IDENTIFIER, ADDITIONAL DESCRIPTOR LENGTH, TransportID.
    [Test]
    public void The_own_nexus_is_described()
    {
        byte[] data = Fetch("A3 0E 00 00 00 00 00 00 10 00 00 00");
        Assert.That((data[0] << 24) | (data[1] << 16) | (data[2] << 8) | data[3], Is.EqualTo(data.Length - 4), "PRIORITY PARAMETER DATA LENGTH");
        Assert.That(data[4..10], Is.EqualTo(Bytes("00 00 00 01 00 00")));
        Assert.That((data[10] << 8) | data[11], Is.EqualTo(data.Length - 12));
        Assert.That(TransportId.TryParse(data.AsSpan(12), out TransportId? port, out _));
        Assert.That(port!.ToString(), Does.Contain("initiator"));
    }

    [Test]
    public void No_nexus_has_another_priority_than_the_initial_one() =>
        Assert.That(Fetch("A3 0E 40 00 00 00 00 00 10 00 00 00"), Is.EqualTo(new byte[4]));
}
