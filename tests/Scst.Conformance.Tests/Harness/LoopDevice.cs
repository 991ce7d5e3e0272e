using System;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;

using NUnit.Framework;

namespace Scst.Conformance.Tests.Harness;

/// <summary>A block device whose medium is a file; where this machine gives none, the test is ignored with the reason.</summary>
internal sealed class LoopDevice : IAsyncDisposable
{
    private LoopDevice(string path) => Path = path;

    /// <summary>The node, such as <c>/dev/loop0</c>.</summary>
    public string Path { get; }

    /// <summary>Makes one of a file, which is made sparse if it is not there.</summary>
    public static async Task<LoopDevice> CreateAsync(string file, long length, int blockLength = 512)
    {
        if (!File.Exists("/dev/loop-control"))
            Assert.Ignore("This machine has no loop devices: there is no /dev/loop-control.");
        await using (FileStream stream = File.Open(file, FileMode.OpenOrCreate))
            stream.SetLength(length);
        ProcessResult result = await ProcessRunner.RunAsync(
            Tool.Losetup, "--find", "--show", "--sector-size", blockLength.ToString(CultureInfo.InvariantCulture), file);
        if (result.ExitCode != 0)
            Assert.Ignore($"This machine gives no loop device: {result.StandardError.Trim()}");
        return new LoopDevice(result.StandardOutput.Trim());
    }

    public async ValueTask DisposeAsync() => await ProcessRunner.CheckAsync(Tool.Losetup, "--detach", Path);
}
