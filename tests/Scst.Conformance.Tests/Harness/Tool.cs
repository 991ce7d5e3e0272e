using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Scst.Conformance.Tests.Harness;

/// <summary>External programs that the tests drive, by name.</summary>
internal static class Tool
{
    public const string IscsiLs = "iscsi-ls";
    public const string IscsiInq = "iscsi-inq";
    public const string IscsiReadCapacity16 = "iscsi-readcapacity16";
    public const string IscsiTestCu = "iscsi-test-cu";
    public const string QemuImg = "qemu-img";
    public const string QemuIo = "qemu-io";
    public const string MkfsExt4 = "mkfs.ext4";
    public const string E2fsck = "e2fsck";
    public const string SgDecodeSense = "sg_decode_sense";
    public const string SgLogs = "sg_logs";
    public const string SgReadBuffer = "sg_read_buffer";
    public const string Env = "env";
    public const string Sh = "sh";
    public const string Stat = "stat";
    public const string Strace = "strace";
    public const string Losetup = "losetup";
    public const string Mount = "mount";
    public const string Umount = "umount";

    // Where the programs come from on Debian and its relatives.
    private static readonly Dictionary<string, string> _packages = new()
    {
        [IscsiLs] = "libiscsi-bin",
        [IscsiInq] = "libiscsi-bin",
        [IscsiReadCapacity16] = "libiscsi-bin",
        [IscsiTestCu] = "libiscsi-bin",
        [QemuImg] = "qemu-utils and qemu-block-extra",
        [QemuIo] = "qemu-utils and qemu-block-extra",
        [MkfsExt4] = "e2fsprogs",
        [E2fsck] = "e2fsprogs",
        [SgDecodeSense] = "sg3-utils",
        [SgLogs] = "sg3-utils",
        [SgReadBuffer] = "sg3-utils",
        [Env] = "coreutils",
        [Sh] = "dash",
        [Stat] = "coreutils",
        [Strace] = "strace",
        [Losetup] = "mount",
        [Mount] = "mount",
        [Umount] = "mount",
    };

    /// <summary>The full path of a program, or null where it is not installed.</summary>
    public static string? Find(string name)
    {
        // Administration programs are outside an ordinary user's PATH but need no rights for what is done here.
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/sbin", "/usr/local/sbin"]);
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>What to tell a person whose machine lacks the program.</summary>
    public static string MissingMessage(string name) =>
        $"{name} is not installed (Debian package {_packages.GetValueOrDefault(name, "unknown")})";
}
