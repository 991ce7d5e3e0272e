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
}
