using System;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

using Microsoft.Win32.SafeHandles;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;

namespace Scst.Conformance.Tests.Durability;

/// <summary>
/// An ext4 file system whose power can be cut: from then on it writes nothing more to its device, neither data nor journal, and every
/// call on it fails. What is on the device then is what a power loss leaves, and is found by mounting it again. (The cache of the
/// device itself keeps its content: what is shown is that everything promised had left the operating system.)
/// </summary>
internal sealed class CuttableFileSystem : IAsyncDisposable
{
    private const uint Shutdown = 0x8004_587D; // EXT4_IOC_SHUTDOWN: _IOR('X', 125, __u32)
    private const int WithoutFlushingTheJournal = 2; // EXT4_GOING_FLAGS_NOLOGFLUSH

    private readonly string _image;
    private readonly string _directory;
    private SafeFileHandle? _switch;
    private bool _isMounted;

    private CuttableFileSystem(string image, string directory)
    {
        _image = image;
        _directory = directory;
    }

    /// <summary>The full path of a file in it.</summary>
    public string this[string name] => Path.Combine(_directory, name);

    /// <summary>Makes and mounts one; where this machine does not let us, the test is ignored with the reason.</summary>
    public static async Task<CuttableFileSystem> CreateAsync(TemporaryDirectory home, int megabytes)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
            Assert.Ignore("Only a Linux file system is cut off here, and only on x64 and ARM64.");
        string directory = Directory.CreateDirectory(home["mount"]).FullName;
        await ProcessRunner.CheckAsync(
            Tool.MkfsExt4, "-q", "-F", home["image"], string.Create(CultureInfo.InvariantCulture, $"{megabytes}M"));
        var system = new CuttableFileSystem(home["image"], directory);
        ProcessResult result = await system.TryMountAsync();
        if (result.ExitCode != 0)
            Assert.Ignore($"No file system can be mounted on this machine: {result.StandardError.Trim()}");
        system._switch = File.OpenHandle(system["switch"], FileMode.Create, FileAccess.ReadWrite);
        return system;
    }

    /// <summary>Cuts the power.</summary>
    public void Cut()
    {
        int flags = WithoutFlushingTheJournal;
        if (ioctl(_switch!, Shutdown, ref flags) != 0)
            throw new InvalidOperationException($"EXT4_IOC_SHUTDOWN: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    /// <summary>Brings it back as after a power loss: mounted anew, the journal replayed, and then checked. Nobody may have it open.</summary>
    public async Task RestartAsync()
    {
        await UnmountAsync();
        await MountAsync();
        await UnmountAsync();
        await Ext4Image.CheckAsync(_image);
        await MountAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isMounted)
            await UnmountAsync();
    }

    private async Task MountAsync()
    {
        ProcessResult result = await TryMountAsync();
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
    }

    private async Task<ProcessResult> TryMountAsync()
    {
        ProcessResult result = await ProcessRunner.RunAsync(Tool.Mount, "-t", "ext4", "-o", "loop", _image, _directory);
        _isMounted = result.ExitCode == 0;
        return result;
    }

    private async Task UnmountAsync()
    {
        _switch?.Dispose();
        _switch = null;
        await ProcessRunner.CheckAsync(Tool.Umount, _directory);
        _isMounted = false;
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int ioctl(SafeFileHandle descriptor, nuint request, ref int argument);
}
