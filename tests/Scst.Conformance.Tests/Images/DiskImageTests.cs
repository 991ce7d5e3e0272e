using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;
using Scst.VDisk.Tests;

namespace Scst.Conformance.Tests.Images;

/// <summary>A whole file system goes to the target through QEMU and comes back byte for byte.</summary>
[TestFixture, Category("Conformance")]
[Requires(Tool.QemuImg, Tool.QemuIo, Tool.MkfsExt4, Tool.E2fsck, Tool.Losetup)]
public class DiskImageTests
{
    private TemporaryDirectory _images = null!;
    private TemporaryDirectory _directory = null!;

    private string Image => _images["ext4.img"];

    [OneTimeSetUp]
    public async Task MakeImage()
    {
        _images = new TemporaryDirectory();
        await Ext4Image.CreateAsync(Image);
    }

    [OneTimeTearDown]
    public void RemoveImage() => _images.Dispose();

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [TestCase("ram=256MiB")]
    [TestCase("ram=256MiB,block=4096")]
    [TestCase("ram=256MiB,writethrough")]
    [TestCase("file={0},size=256MiB")]
    [TestCase("file={0},size=256MiB,block=4096")]
    [TestCase("file={0},size=256MiB,writethrough")]
    [TestCase("file={0},size=256MiB,block=4096,writethrough")]
    [TestCase("file={0},size=256MiB,block=4096,direct")]
    public async Task An_image_comes_back_as_it_went(string disk)
    {
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(Specification(disk));

        await SoilAsync(server.Url(0));
        await WriteAsync(Image, server.Url(0));
        await ReadAndCompareAsync(server.Url(0), "back.img");

        await server.StopAsync();
    }

    [TestCase("file={0},size=256MiB")]
    [TestCase("file={0},size=256MiB,block=4096")]
    [TestCase("file={0},size=256MiB,writethrough")]
    [TestCase("file={0},size=256MiB,block=4096,direct")]
    public async Task An_image_outlives_the_server(string disk)
    {
        await using (ServeDiskProcess server = await ServeDiskProcess.StartAsync(Specification(disk)))
        {
            await SoilAsync(server.Url(0));
            await WriteAsync(Image, server.Url(0));
            await server.StopAsync();
        }
        // The file holds the blocks and nothing else.
        await FileComparer.AssertSameAsync(_directory["disk.img"], Image);

        await using (ServeDiskProcess server = await ServeDiskProcess.StartAsync(Specification(disk)))
        {
            await ReadAndCompareAsync(server.Url(0), "back.img");
            await server.StopAsync();
        }
    }

    [TestCase("device={0}")]
    [TestCase("device={0},direct")]
    [TestCase("device={0},direct,block=4096")]
    public async Task An_image_comes_back_from_a_device(string disk)
    {
        using LoopDevice device = LoopDevice.Create(_directory["disk.img"], Ext4Image.Bytes);
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(disk.Replace("{0}", device.Path, StringComparison.Ordinal));

        await SoilAsync(server.Url(0));
        await WriteAsync(Image, server.Url(0));
        await ReadAndCompareAsync(server.Url(0), "back.img");

        await server.StopAsync();
        await FileComparer.AssertSameAsync(_directory["disk.img"], Image);
    }

    [Test]
    public async Task What_was_flushed_outlives_a_killed_server()
    {
        await using (ServeDiskProcess server = await ServeDiskProcess.StartAsync(Specification("file={0},size=256MiB")))
        {
            await SoilAsync(server.Url(0));
            // qemu-img ends with SYNCHRONIZE CACHE.
            await WriteAsync(Image, server.Url(0));
            await server.KillAsync();
        }
        await using (ServeDiskProcess server = await ServeDiskProcess.StartAsync(Specification("file={0},size=256MiB")))
        {
            await ReadAndCompareAsync(server.Url(0), "back.img");
            await server.StopAsync();
        }
    }

    [Test]
    public async Task An_existing_file_is_served_in_its_own_size()
    {
        File.Copy(Image, _directory["disk.img"]);
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(Specification("file={0}"));

        await ReadAndCompareAsync(server.Url(0), "back.img");

        await server.StopAsync();
    }

    [Test]
    public async Task Four_clients_use_four_disks_at_once()
    {
        string[] disks =
        [
            "ram=256MiB",
            $"file={_directory["1.img"]},size=256MiB",
            "ram=256MiB,block=4096",
            $"file={_directory["3.img"]},size=256MiB,block=4096,writethrough",
        ];
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(disks);

        await Task.WhenAll(Enumerable.Range(0, disks.Length).Select(async lun =>
        {
            await WriteAsync(Image, server.Url(lun));
            await ReadAndCompareAsync(server.Url(lun), string.Create(CultureInfo.InvariantCulture, $"back-{lun}.img"));
        }));

        await server.StopAsync();
    }

    [Test]
    public async Task Four_clients_read_one_disk_at_once()
    {
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync("ram=256MiB");

        await WriteAsync(Image, server.Url(0));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(client =>
            ReadAndCompareAsync(server.Url(0), string.Create(CultureInfo.InvariantCulture, $"back-{client}.img"))));

        await server.StopAsync();
    }

    [Test]
    public async Task A_read_only_disk_can_be_read_and_not_written()
    {
        File.Copy(Image, _directory["disk.img"]);
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(Specification("file={0},readonly"));

        await ReadAndCompareAsync(server.Url(0), "back.img");
        ProcessResult written = await ProcessRunner.RunAsync(Tool.QemuIo, "-f", "raw", "-c", "write -P 0xa5 0 64k", server.Url(0));

        Assert.That(written.ExitCode, Is.Not.Zero, written.ToString());
        await server.StopAsync();
        await FileComparer.AssertSameAsync(_directory["disk.img"], Image);
    }

    [TestCase("ram=64MiB")]
    [TestCase("file={0},size=64MiB")]
    [TestCase("file={0},size=64MiB,block=4096")]
    public async Task Zeroes_discards_and_overlapping_writes_do_what_QEMU_expects(string disk)
    {
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(Specification(disk));

        await ProcessRunner.CheckAsync(
            Tool.QemuIo, "-f", "raw", "-d", "unmap",
            "-c", "write -P 0x11 0 8M",
            "-c", "write -P 0x22 1M 1M",
            "-c", "write -z 2M 1M",
            "-c", "write -z -u 3M 1M",
            "-c", "write -f -P 0x33 5M 64k",
            "-c", "discard 6M 1M",
            "-c", "flush",
            "-c", "read -P 0x11 0 1M",
            "-c", "read -P 0x22 1M 1M",
            "-c", "read -P 0 2M 2M",
            "-c", "read -P 0x11 4M 1M",
            "-c", "read -P 0x33 5M 64k",
            "-c", "read -P 0x11 7M 1M",
            "-c", "write -P 0x44 67104768 4k",
            "-c", "read -P 0x44 67104768 4k",
            server.Url(0));

        await server.StopAsync();
    }

    private string Specification(string disk) => string.Format(CultureInfo.InvariantCulture, disk, _directory["disk.img"]);

    // Nothing that the image leaves empty may be zero by chance.
    private static Task<ProcessResult> SoilAsync(string url) => ProcessRunner.CheckAsync(
        Tool.QemuIo, "-f", "raw", "-c", "write -P 0xa5 0 128M", "-c", "write -P 0x5a 128M 128M", url);

    private static Task<ProcessResult> WriteAsync(string image, string url) =>
        ProcessRunner.CheckAsync(Tool.QemuImg, "convert", "-n", "-f", "raw", "-O", "raw", image, url);

    private async Task ReadAndCompareAsync(string url, string name)
    {
        await ProcessRunner.CheckAsync(Tool.QemuImg, "convert", "-f", "raw", "-O", "raw", url, _directory[name]);
        await FileComparer.AssertSameAsync(_directory[name], Image);
        await Ext4Image.CheckAsync(_directory[name]);
    }
}
