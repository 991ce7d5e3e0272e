using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Threading.Tasks;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;

namespace Scst.Conformance.Tests.Discovery;

/// <summary>What the tools of libiscsi see of a target with four disks of different kinds.</summary>
[TestFixture, Category("Conformance")]
[Requires(Tool.IscsiLs, Tool.IscsiInq, Tool.IscsiReadCapacity16)]
public class DiscoveryTests
{
    private const long MiB = 1 << 20;

    private TemporaryDirectory _directory = null!;
    private ServeDiskProcess _server = null!;

    [OneTimeSetUp]
    public async Task StartServer()
    {
        _directory = new TemporaryDirectory();
        _server = await ServeDiskProcess.StartAsync(
            "ram=48MiB",
            $"file={_directory["a.img"]},size=100MiB,block=4096",
            "null=1TiB",
            $"file={_directory["b.img"]},size=64MiB,writethrough");
    }

    [OneTimeTearDown]
    public async Task StopServer()
    {
        if (_server is not null)
        {
            await _server.StopAsync();
            await _server.DisposeAsync();
        }
        _directory.Dispose();
    }

    [Test]
    public async Task The_target_and_all_its_logical_units_are_listed()
    {
        ProcessResult result = await ProcessRunner.CheckAsync(Tool.IscsiLs, "-s", _server.Portal);

        Assert.That(result.StandardOutput, Does.Contain($"Target:{ServeDiskProcess.Iqn} Portal:127.0.0.1:{_server.Port},1"));
        for (int lun = 0; lun < 4; lun++)
            Assert.That(result.StandardOutput, Does.Match($@"(?m)^Lun:{lun}\s+Type:DIRECT_ACCESS"), result.ToString());
        Assert.That(result.StandardOutput, Does.Not.Contain("Lun:4"));
    }

    [Test]
    public async Task A_discovery_session_gives_addresses_ready_to_use()
    {
        ProcessResult result = await ProcessRunner.CheckAsync(Tool.IscsiLs, "--url", _server.Portal);

        Assert.That(result.StandardOutput, Does.Contain($"{_server.Portal}/{ServeDiskProcess.Iqn}/"));
    }

    [TestCase(0, 48 * MiB, 512)]
    [TestCase(1, 100 * MiB, 4096)]
    [TestCase(2, MiB * MiB, 512)]
    [TestCase(3, 64 * MiB, 512)]
    public async Task Read_capacity_gives_exactly_the_size_and_the_block_length(int lun, long bytes, int blockLength)
    {
        ProcessResult result = await ProcessRunner.CheckAsync(Tool.IscsiReadCapacity16, _server.Url(lun));

        Assert.That(Field(result, "RETURNED LOGICAL BLOCK ADDRESS"), Is.EqualTo(Text((bytes / blockLength) - 1)));
        Assert.That(Field(result, "LOGICAL BLOCK LENGTH IN BYTES"), Is.EqualTo(Text(blockLength)));
        Assert.That(Field(result, "Total size"), Is.EqualTo(Text(bytes)));
    }

    [Test]
    public async Task A_logical_unit_that_is_not_there_has_no_capacity()
    {
        ProcessResult result = await ProcessRunner.RunAsync(Tool.IscsiReadCapacity16, _server.Url(4));

        Assert.That(result.ExitCode, Is.Not.Zero, result.ToString());
    }

    [Test]
    public async Task Standard_inquiry_data_is_that_of_a_connected_disk([Range(0, 3)] int lun)
    {
        ProcessResult result = await ProcessRunner.CheckAsync(Tool.IscsiInq, _server.Url(lun));

        Assert.Multiple(() =>
        {
            Assert.That(Field(result, "Peripheral Qualifier"), Is.EqualTo("CONNECTED"));
            Assert.That(Field(result, "Peripheral Device Type"), Is.EqualTo("DIRECT_ACCESS"));
            Assert.That(Field(result, "Removable"), Is.EqualTo("0"));
            // The client's spelling. SPC-6 6.7.2: the value of this field is 2, CMDQUE is 1 for a full task management model.
            Assert.That(Field(result, "ReponseDataFormat"), Is.EqualTo("2"));
            Assert.That(Field(result, "CmdQue"), Is.EqualTo("1"));
            Assert.That(Field(result, "Vendor"), Is.Not.Empty);
            Assert.That(Field(result, "Product"), Is.Not.Empty);
        });
    }

    [Test]
    public async Task The_page_of_supported_pages_lists_those_a_disk_must_have([Range(0, 3)] int lun)
    {
        ProcessResult result = await VitalProductDataAsync(lun, 0x00);

        foreach (string page in new[] { "0x00", "0x80", "0x83", "0x86", "0xb0", "0xb1", "0xb2" })
            Assert.That(result.StandardOutput, Does.Contain($"Page:{page} "));
    }

    [Test]
    public async Task Every_page_that_the_client_understands_can_be_read([Values(0x00, 0x80, 0x83, 0xB0, 0xB1, 0xB2)] int page, [Range(0, 3)] int lun) =>
        await VitalProductDataAsync(lun, page);

    [Test]
    public async Task Every_supported_page_has_its_code_and_the_length_it_states([Range(0, 3)] byte lun)
    {
        using RawInitiator initiator = await RawInitiator.LoginAsync(_server.Port, ServeDiskProcess.Iqn);

        // SPC-6 7.7: byte 0 qualifier and device type, byte 1 page code, bytes 2 and 3 page length.
        byte[] supported = await ReadPageAsync(0x00);
        byte[] codes = supported[4..];
        Assert.That(codes, Is.Ordered.And.SupersetOf(new byte[] { 0x00, 0x80, 0x83, 0x86, 0xB0, 0xB1, 0xB2 }));
        foreach (byte code in codes)
            await ReadPageAsync(code);

        async Task<byte[]> ReadPageAsync(byte code)
        {
            (byte status, byte[] data) = await initiator.ReadAsync(lun, [0x12, 0x01, code, 0x04, 0x00, 0x00], 1024);
            Assert.That(status, Is.Zero, $"status for page {code:X2}h");
            Assert.That(data[..2], Is.EqualTo(new byte[] { 0x00, code }), $"page {code:X2}h");
            Assert.That(data, Has.Length.EqualTo(4 + BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(2))), $"page {code:X2}h");
            return data;
        }
    }

    [Test]
    public async Task An_unsupported_page_is_refused_with_invalid_field_in_CDB()
    {
        ProcessResult result = await ProcessRunner.RunAsync(Tool.IscsiInq, "-e", "1", "-c", Text(0xC7), _server.Url(0));

        Assert.That(result.ExitCode, Is.Not.Zero);
        Assert.That(result.StandardOutput + result.StandardError, Does.Contain("INVALID_FIELD_IN_CDB"));
    }

    [Test]
    public async Task Serial_number_and_designators_tell_the_logical_units_apart()
    {
        var serials = new string[4];
        var designators = new string[4];
        for (int lun = 0; lun < 4; lun++)
        {
            serials[lun] = Field(await VitalProductDataAsync(lun, 0x80), "Unit Serial Number");
            designators[lun] = (await VitalProductDataAsync(lun, 0x83)).StandardOutput;
            Assert.That(designators[lun], Does.Contain("Association:(0) LOGICAL_UNIT"));
        }
        Assert.That(serials, Is.Unique);
        Assert.That(designators, Is.Unique);
    }

    [Test]
    public async Task Block_device_characteristics_are_those_of_a_medium_that_does_not_rotate()
    {
        ProcessResult result = await VitalProductDataAsync(0, 0xB1);

        // SBC-5, Block Device Characteristics VPD page: MEDIUM ROTATION RATE 0001h is a non-rotating medium.
        Assert.That(Field(result, "Medium Rotation Rate"), Is.EqualTo("1RPM"));
    }

    private Task<ProcessResult> VitalProductDataAsync(int lun, int page) =>
        ProcessRunner.CheckAsync(Tool.IscsiInq, "-e", "1", "-c", Text(page), _server.Url(lun));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Field(ProcessResult result, string name)
    {
        foreach (string line in result.StandardOutput.Split('\n'))
        {
            if (line.StartsWith(name + ":", StringComparison.Ordinal))
                return line[(name.Length + 1)..].Trim();
        }
        Assert.Fail($"no {name} in {result}");
        return string.Empty;
    }
}
