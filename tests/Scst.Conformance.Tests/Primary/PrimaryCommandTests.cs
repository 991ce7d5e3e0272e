using System;
using System.Buffers.Binary;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;

namespace Scst.Conformance.Tests.Primary;

/// <summary>
/// The commands of SPC-6 that every disk has, as they are over iSCSI: what is saved outlives a process that is killed, and decoders of
/// others read what is answered.
/// </summary>
[TestFixture, Category("Conformance")]
internal sealed class PrimaryCommandTests
{
    private const byte Good = 0x00;
    private const byte CheckCondition = 0x02;

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public async Task MakeDiskAsync()
    {
        _directory = new TemporaryDirectory();
        Directory.CreateDirectory(_directory["state"]);
        await File.WriteAllBytesAsync(_directory["disk.img"], new byte[1 << 20]);
    }

    [TearDown]
    public void RemoveDisk() => _directory.Dispose();

    [Test]
    public async Task Saved_mode_pages_are_there_when_a_killed_target_comes_back()
    {
        // Caching mode page (SBC-5) with WCE zero, Control mode page (SPC-6) with SWP one; both with PS in what MODE SENSE returns.
        byte[] caching = [0x08, 0x12, .. new byte[18]];
        byte[] control = [0x0A, 0x0A, 0x00, 0x10, 0x08, .. new byte[7]];
        byte[] list = [0, 0, 0, 0, .. caching, .. control];
        await using (ServeDiskProcess first = await StartAsync())
        {
            using RawInitiator initiator = await LoginAsync(first);
            Assert.That(await initiator.WriteAsync(0, [0x15, 0x11, 0, 0, (byte)list.Length, 0], list), Is.EqualTo(Good));
            await first.KillAsync();
        }
        await using ServeDiskProcess second = await StartAsync();
        using (RawInitiator initiator = await LoginAsync(second))
        {
            foreach (int pageControl in new[] { 0, 3 })
            {
                (byte status, byte[] pages) = await initiator.ReadAsync(0, [0x1A, 0x08, (byte)(pageControl << 6 | 0x08), 0, 255, 0], 255);
                Assert.That(status, Is.EqualTo(Good));
                Assert.That(pages[4..], Is.EqualTo((byte[])[0x88, .. caching[1..]]));
            }
            Assert.That(await initiator.WriteAsync(0, [0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0], new byte[512]), Is.EqualTo(CheckCondition), "SWP");
        }
        await second.StopAsync();
    }

    [Test]
    public async Task Identifying_information_is_there_when_a_killed_target_comes_back()
    {
        byte[] text = Encoding.UTF8.GetBytes("rack 7, left\0");
        await using (ServeDiskProcess first = await StartAsync())
        {
            using RawInitiator initiator = await LoginAsync(first);
            Assert.That(await initiator.WriteAsync(0, [0xA4, 0x06, 0, 0, 0, 0, 0, 0, 0, (byte)text.Length, 0x04, 0], text), Is.EqualTo(Good));
            await first.KillAsync();
        }
        await using ServeDiskProcess second = await StartAsync();
        using (RawInitiator initiator = await LoginAsync(second))
        {
            (byte status, byte[] data) = await initiator.ReadAsync(0, [0xA3, 0x05, 0, 0, 0, 0, 0, 0, 2, 0, 0x04, 0], 512);
            Assert.That(status, Is.EqualTo(Good));
            Assert.That(data, Is.EqualTo((byte[])[0, 0, 0, (byte)text.Length, .. text]));
        }
        await second.StopAsync();
    }

    [Test]
    [Requires(Tool.SgLogs)]
    public async Task Sg_logs_reads_the_log_pages()
    {
        await using ServeDiskProcess server = await StartAsync();
        using (RawInitiator initiator = await LoginAsync(server))
        {
            await initiator.ReadAsync(0, [0x28, 0, 0, 0, 0, 0, 0, 0, 4, 0], 4 * 512);
            await initiator.ReadAsync(0, [0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0], 512);
            await initiator.WriteAsync(0, [0x2A, 0, 0, 0, 0, 0, 0, 0, 2, 0], new byte[1024]);
            Assert.That(await DecodeAsync(initiator, 0x00, 0x00), Does.Contain("General Statistics and Performance"));
            Assert.That(await DecodeAsync(initiator, 0x00, 0xFF), Does.Contain("Supported log pages and subpages"));
            string statistics = await DecodeAsync(initiator, 0x19, 0x00);
            Assert.That(statistics, Does.Contain("number of read commands = 2"));
            Assert.That(statistics, Does.Contain("number of write commands = 1"));
            Assert.That(statistics, Does.Contain("number of logical blocks received = 2"));
            Assert.That(statistics, Does.Contain("number of logical blocks transmitted = 5"));
        }
        await server.StopAsync();
    }

    [Test]
    [Requires(Tool.SgReadBuffer)]
    public async Task Sg_read_buffer_reads_the_echo_buffer_descriptor_and_the_buffer_echoes()
    {
        await using ServeDiskProcess server = await StartAsync();
        using (RawInitiator initiator = await LoginAsync(server))
        {
            (byte _, byte[] descriptor) = await initiator.ReadAsync(0, [0x3C, 0x0B, 0, 0, 0, 0, 0, 0, 4, 0], 4);
            string path = await WriteHexAsync("descriptor", descriptor);
            ProcessResult decoded = await ProcessRunner.CheckAsync(Tool.SgReadBuffer, "--mode=11", $"--inhex={path}");
            Assert.That(decoded.StandardOutput, Does.Contain("EBOS:1").And.Contain("Echo buffer capacity: 4096"));
            byte[] data = [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7))];
            Assert.That(await initiator.WriteAsync(0, [0x3B, 0x0A, 0, 0, 0, 0, 0, 0x10, 0, 0], data), Is.EqualTo(Good));
            Assert.That((await initiator.ReadAsync(0, [0x3C, 0x0A, 0, 0, 0, 0, 0, 0x10, 0, 0], 4096)).Data, Is.EqualTo(data));
        }
        await server.StopAsync();
    }

    // REPORT TIMESTAMP parameter data (SPC-6): TIMESTAMP ORIGIN 011b is the clock of the host, 010b a SET TIMESTAMP.
    [Test]
    public async Task The_timestamp_can_be_set()
    {
        await using ServeDiskProcess server = await StartAsync();
        using (RawInitiator initiator = await LoginAsync(server))
        {
            byte[] report = [0xA3, 0x0F, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0];
            Assert.That((await initiator.ReadAsync(0, report, 12)).Data[..3], Is.EqualTo(new byte[] { 0, 0x0A, 0x03 }));
            byte[] list = [0, 0, 0, 0, 0x12, 0x34, 0, 0, 0, 0, 0, 0];
            Assert.That(await initiator.WriteAsync(0, [0xA4, 0x0F, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0], list), Is.EqualTo(Good));
            byte[] data = (await initiator.ReadAsync(0, report, 12)).Data;
            Assert.That(data[..6], Is.EqualTo(new byte[] { 0, 0x0A, 0x02, 0, 0x12, 0x34 }));
        }
        await server.StopAsync();
    }

    [Test]
    public async Task Report_supported_operation_codes_tells_of_each()
    {
        (byte Code, int ServiceAction)[] commands =
        [
            (0x4C, -1), (0x4D, -1), (0x3B, -1), (0x3C, -1), (0x1C, -1), (0xA3, 0x05), (0xA3, 0x0E), (0xA3, 0x0F), (0xA4, 0x06), (0xA4, 0x0F),
        ];
        await using ServeDiskProcess server = await StartAsync();
        using (RawInitiator initiator = await LoginAsync(server))
        {
            foreach ((byte code, int serviceAction) in commands)
            {
                byte options = serviceAction < 0 ? (byte)1 : (byte)2;
                byte[] cdb = [0xA3, 0x0C, options, code, 0, (byte)Math.Max(0, serviceAction), 0, 0, 1, 0, 0, 0];
                (byte status, byte[] data) = await initiator.ReadAsync(0, cdb, 256);
                Assert.That(status, Is.EqualTo(Good));
                Assert.That(data[1] & 0x07, Is.EqualTo(3), "SUPPORT: as the standard has it");
                Assert.That(data[4], Is.EqualTo(code));
                Assert.That(BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(2)), Is.EqualTo(data.Length - 4), "CDB SIZE");
            }
        }
        await server.StopAsync();
    }

    private Task<ServeDiskProcess> StartAsync() =>
        ServeDiskProcess.StartAsync([$"file={_directory["disk.img"]}"], ["--state", _directory["state"]]);

    /// <summary>Logs in and takes the unit attention of power on.</summary>
    private static async Task<RawInitiator> LoginAsync(ServeDiskProcess server)
    {
        RawInitiator initiator = await RawInitiator.LoginAsync(server.Port, ServeDiskProcess.Iqn);
        (byte status, byte[] _) = await initiator.ReadAsync(0, new byte[6], 0);
        Assert.That(status, Is.EqualTo(CheckCondition));
        return initiator;
    }

    private async Task<string> DecodeAsync(RawInitiator initiator, byte page, byte subpage)
    {
        (byte status, byte[] data) = await initiator.ReadAsync(0, [0x4D, 0, (byte)(0x40 | page), subpage, 0, 0, 0, 0x10, 0, 0], 4096);
        Assert.That(status, Is.EqualTo(Good));
        string path = await WriteHexAsync("log", data);
        return (await ProcessRunner.CheckAsync(Tool.SgLogs, $"--in={path}")).StandardOutput;
    }

    private async Task<string> WriteHexAsync(string name, byte[] data)
    {
        await File.WriteAllTextAsync(_directory[name], string.Join(' ', data.Select(octet => octet.ToString("x2", null))));
        return _directory[name];
    }
}
