using System;
using System.Buffers.Binary;
using System.Threading.Tasks;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;

namespace Scst.Conformance.Tests.Sessions;

/// <summary>A session ends when its initiator asks for it.</summary>
[TestFixture, Category("Conformance")]
[Requires]
public class LogoutTests
{
    private ServeDiskProcess _server = null!;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await ServeDiskProcess.StartAsync("ram=16MiB", "ram=16MiB,block=4096");

    [OneTimeTearDown]
    public async Task StopServer()
    {
        if (_server is not null)
        {
            await _server.StopAsync();
            await _server.DisposeAsync();
        }
    }

    [Test]
    public async Task The_answer_to_a_logout_is_the_next_PDU_after_a_read_of_any_length(
        [Values(0, 1, 8, 31, 32, 33, 128, 512, 2048)] int blocks, [Values((byte)0, (byte)1)] byte lun)
    {
        int bytes = blocks * (lun == 0 ? 512 : 4096);
        using RawInitiator initiator = await RawInitiator.LoginAsync(_server.Port, ServeDiskProcess.Iqn);
        await ClearUnitAttentionAsync(initiator, lun);
        // SBC-5, READ (10): the transfer length is in bytes 7 and 8.
        var read = new byte[10];
        read[0] = 0x28;
        BinaryPrimitives.WriteUInt16BigEndian(read.AsSpan(7), (ushort)blocks);

        (byte status, byte[] data) = await initiator.ReadAsync(lun, read, bytes);
        byte[] answer = await initiator.LogoutAsync();

        Assert.That(status, Is.Zero);
        Assert.That(data, Has.Length.EqualTo(bytes));
        // RFC 7143 11.15: opcode 26h, response 0. A NOP-In here means that the target sat still until its timer.
        Assert.That(answer[0] & 0x3F, Is.EqualTo(0x26), "opcode");
        Assert.That(answer[2], Is.Zero, "response");
        Assert.That(await initiator.HangsUpAsync(), Is.True);
    }

    // TEST UNIT READY until it ends in GOOD: a new I_T nexus has a power on or reset to tell of (SAM-6).
    private static async Task ClearUnitAttentionAsync(RawInitiator initiator, byte lun)
    {
        for (int attempt = 0; attempt < 4; attempt++)
        {
            (byte status, _) = await initiator.ReadAsync(lun, [0x00, 0x00, 0x00, 0x00, 0x00, 0x00], 0);
            if (status == 0)
                return;
        }
        Assert.Fail("the unit attentions do not end");
    }
}
