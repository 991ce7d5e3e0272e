using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>Variable length CDBs (SPC-6 4.2.3): operation code 7Fh, ADDITIONAL CDB LENGTH in byte 7, SERVICE ACTION in bytes 8 and 9.</summary>
[TestFixture]
internal sealed class VariableLengthCdbTests : EngineFixture
{
    private static readonly byte[] _vendor = [0x7F, 0, 0, 0, 0, 0, 0, 0x18, 0xF0, 0x01, .. new byte[22]];

    private LoopbackInitiator _initiator = null!;

    [SetUp]
    public void Connect() => _initiator = Login();

    protected override ScriptedHandler CreateDisk() => new()
    {
        Description = new DeviceDescription
        {
            Commands = [new CommandDescriptor { Code = OperationCode.VariableLength, ServiceAction = 0xF001, Name = "VENDOR", Usage = _vendor }],
        },
    };

    [Test]
    public void A_command_of_the_right_length_is_executed() => Expect.Good(Run(_initiator, _vendor));

    [TestCase(0x17)]
    [TestCase(0x1C)]
    [TestCase(0x00)]
    public void A_length_that_is_not_the_command_s_is_pointed_at(byte additional)
    {
        byte[] cdb = [.. _vendor];
        cdb[7] = additional;
        Expect.InvalidFieldInCdb(Run(_initiator, cdb), 7);
    }

    [Test]
    public void An_unknown_service_action_is_pointed_at()
    {
        byte[] cdb = [.. _vendor];
        cdb[9] = 0x02;
        Expect.InvalidFieldInCdb(Run(_initiator, cdb), 8);
    }

    [Test]
    public void The_handler_gets_all_of_the_CDB_and_none_of_the_padding()
    {
        byte[] seen = [];
        Disk.OnExecute = command =>
        {
            seen = command.Cdb.ToArray();
            command.Complete();
        };
        Expect.Good(Run(_initiator, [.. _vendor, 0, 0, 0, 0]));
        Assert.That(seen, Is.EqualTo(_vendor));
    }

    [Test]
    public void It_is_reported_by_its_service_action_with_a_usage_map_of_32_bytes()
    {
        byte[] one = Fetch(_initiator, Cdbs.SupportedOperationCodes(2, 0x7F, 0xF001), 64);
        Assert.That(one[..4], Is.EqualTo(new byte[] { 0, 3, 0, 32 }), "supported as the standard says, 32 bytes of usage data");
        Assert.That(one[4..], Is.EqualTo(_vendor));
        Assert.That(Fetch(_initiator, Cdbs.SupportedOperationCodes(2, 0x7F, 0xF002), 64)[1] & 7, Is.EqualTo(1), "not supported");
        byte[] all = Fetch(_initiator, Cdbs.SupportedOperationCodes(0), 4096);
        byte[] descriptor = [0x7F, 0, 0xF0, 0x01, 0, 0x01, 0, 32];
        Assert.That(System.Linq.Enumerable.Chunk(all[4..], 8), Has.One.EqualTo(descriptor), "operation code, service action, SERVACTV, length");
    }
}
