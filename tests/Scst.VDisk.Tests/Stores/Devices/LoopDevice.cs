using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using NUnit.Framework;

namespace Scst.VDisk.Tests;

/// <summary>A block device whose medium is a file; where this machine gives none, the test is ignored with the reason.</summary>
internal sealed class LoopDevice : IDisposable
{
    private LoopDevice(string path) => Path = path;

    /// <summary>The node, such as <c>/dev/loop0</c>.</summary>
    internal string Path { get; }

    /// <summary>Makes one of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">Its length in bytes; it is made sparse if it is not there.</param>
    /// <param name="blockLength">Bytes of a logical block.</param>
    /// <param name="isReadOnly">Whether it may be written.</param>
    internal static LoopDevice Create(string file, long length, int blockLength = 512, bool isReadOnly = false)
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("Loop devices are Linux's.");
        if (!File.Exists("/dev/loop-control")) Assert.Ignore("This machine has no loop devices: there is no /dev/loop-control.");
        using (FileStream stream = File.Open(file, FileMode.OpenOrCreate))
            stream.SetLength(length);
        List<string> arguments = ["--find", "--show", "--sector-size", blockLength.ToString(CultureInfo.InvariantCulture)];
        if (isReadOnly) arguments.Add("--read-only");
        (int code, string output, string error) = Run([.. arguments, file]);
        if (code != 0) Assert.Ignore($"This machine gives no loop device: {error.Trim()}");
        return new LoopDevice(output.Trim());
    }

    /// <summary>Has the device see that its file has another length.</summary>
    internal void Resize()
    {
        (int code, _, string error) = Run(["--set-capacity", Path]);
        if (code != 0) throw new InvalidOperationException(error);
    }

    public void Dispose()
    {
        (int code, _, string error) = Run(["--detach", Path]);
        if (code != 0) throw new InvalidOperationException(error);
    }

    private static (int Code, string Output, string Error) Run(IEnumerable<string> arguments)
    {
        string tool = File.Exists("/usr/sbin/losetup") ? "/usr/sbin/losetup" : "losetup";
        var info = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(info)!;
            string output = process.StandardOutput.ReadToEnd();
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error);
        }
        catch (Win32Exception e)
        {
            return (-1, "", e.Message);
        }
    }
}
