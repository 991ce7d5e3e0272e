using System;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;
using Scst.Protocol;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>CDBs of more than 16 bytes: the rest of them comes in an additional header segment (RFC 7143 11.2.2.3).</summary>
public class LongCdbTests : IscsiFixture
{
    [TestCase(32)]
    [TestCase(260)]
    public async Task A_long_CDB_reaches_the_handler_whole(int length)
    {
        var initiator = await LoginAsync();
        byte[] cdb = CdbOf(length);
        var tag = await initiator.SendCommandAsync(cdb[..16], read: true, expected: length, ahs: AhsWriter.ExtendedCdb(cdb[16..]));
        var outcome = await initiator.FinishAsync(tag, length);
        Assert.That(outcome.Status, Is.EqualTo(CommandOutcome.Good));
        Assert.That(outcome.Data, Is.EqualTo(cdb));
    }

    [Test]
    public async Task One_that_is_cut_off_in_the_header_is_refused()
    {
        var initiator = await LoginAsync();
        var tag = await initiator.SendCommandAsync(CdbOf(32)[..16], read: true, expected: 32);
        Assert.That((await initiator.FinishAsync(tag, 32)).SenseCode, Is.EqualTo(0x050e03));
    }

    private protected override GatedHandler MakeHandler(IDevHandler disk) => new(new LongCdbHandler(disk));

    private static byte[] CdbOf(int length)
    {
        byte[] cdb = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
        cdb[0] = 0x7F;
        cdb[1] = 0;
        cdb[7] = (byte)(length - 8);
        cdb[8] = 0xF0;
        cdb[9] = (byte)(length / 4);
        return cdb;
    }

    /// <summary>A device with vendor specific commands that answer with their own CDB.</summary>
    private sealed class LongCdbHandler : IDevHandler
    {
        private readonly IDevHandler _disk;

        internal LongCdbHandler(IDevHandler disk) => _disk = disk;

        public DeviceDescription Attach(LogicalUnit logicalUnit) => _disk.Attach(logicalUnit) with { Commands = [Describe(32), Describe(260)] };

        public void Detach() => _disk.Detach();

        public void Parse(ScsiCommand command) => command.SetTransfer(DataDirection.ToInitiator, command.Cdb.Length);

        public void Execute(ScsiCommand command) => command.Reply(command.Cdb);

        private static CommandDescriptor Describe(int length)
        {
            byte[] usage = CdbOf(length);
            usage.AsSpan(2, 5).Fill(0xFF);
            usage.AsSpan(10).Fill(0xFF);
            return new CommandDescriptor
            {
                Code = OperationCode.VariableLength,
                ServiceAction = (ushort)(0xF000 | (length / 4)),
                Name = $"VENDOR({length})",
                Usage = usage,
                Direction = DataDirection.ToInitiator,
            };
        }
    }
}
