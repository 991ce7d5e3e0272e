using NUnit.Framework;
using Scst.Loopback;

namespace Scst.Tests.DeviceServer;

/// <summary>READ BUFFER and WRITE BUFFER (SPC-6).</summary>
[TestFixture]
internal sealed class BufferTests : PrimaryFixture
{
    private const string ReadEcho = "3C 0A 00 00 00 00 00 20 00 00";
    private const string WriteEcho = "3B 0A 00 00 00 00 00 10 00 00";

    // OFFSET BOUNDARY zero: any offset. BUFFER CAPACITY. A buffer that there is not has none.
    [TestCase("3C 03 00 00 00 00 00 00 10 00", "00 00 40 00")]
    [TestCase("3C 03 01 00 00 00 00 00 10 00", "00 00 00 00")]
    [TestCase("3C 0B 00 00 00 00 00 00 10 00", "01 00 10 00", Description = "EBOS, 4096 bytes")]
    [TestCase("3C 0B 00 00 00 00 00 00 03 00", "01 00 10")]
    public void A_descriptor_tells_what_there_is(string cdb, string expected) => Assert.That(Fetch(cdb), Is.EqualTo(Bytes(expected)));

    [Test]
    public void Data_is_read_as_it_was_written_by_whomever()
    {
        byte[] all = Pattern(16384, 1);
        Assert.That(Fetch("3C 02 00 00 00 00 00 40 00 00", 16384), Is.EqualTo(new byte[16384]));
        Expect.Good(Send("3B 02 00 00 00 00 00 40 00 00", all));
        Expect.Good(Send("3B 02 00 00 3F FE 00 00 02 00", [0xAA, 0xBB]));
        (all[16382], all[16383]) = (0xAA, 0xBB);
        Assert.That(Fetch(Login("other"), Bytes("3C 02 00 00 00 00 00 40 00 00"), 16384), Is.EqualTo(all));
        Assert.That(Fetch("3C 02 00 00 3F FD 00 40 00 00", 16384), Is.EqualTo(all[16381..]));
        Assert.That(Fetch("3C 02 00 00 00 01 00 00 03 00"), Is.EqualTo(all[1..4]));
    }

    [Test]
    public void Each_nexus_has_an_echo_buffer_of_its_own()
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(Send(WriteEcho, Pattern(4096, 1)));
        Expect.Check(Run(other, Bytes(ReadEcho), dataIn: 8192), 0x5, 0x2C00);
        Expect.Good(Run(other, Bytes("3B 0A 00 00 00 00 00 00 03 00"), [1, 2, 3]));
        Assert.That(Fetch(ReadEcho, 8192), Is.EqualTo(Pattern(4096, 1)), "as many bytes as were written");
        Assert.That(Fetch("3C 0A 00 00 00 00 00 00 08 00"), Is.EqualTo(Pattern(4096, 1)[..8]));
        Assert.That(Fetch(other, Bytes(ReadEcho), 8192), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    // BUFFER ID and BUFFER OFFSET are not looked at in echo buffer mode.
    [Test]
    public void The_echo_buffer_has_no_id_and_no_offset()
    {
        Expect.Good(Send("3B 0A 07 00 00 09 00 00 04 00", [1, 2, 3, 4]));
        Assert.That(Fetch("3C 0A 07 00 00 09 00 00 10 00"), Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
    }
}
