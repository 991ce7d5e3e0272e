using System;
using System.IO;
using NUnit.Framework;

namespace Scst.VDisk.Tests;

/// <summary>Error numbers are those of errno(3) and winerror.h.</summary>
[TestFixture]
public sealed class FileErrorsTests
{
    private const PlatformID Linux = PlatformID.Unix;
    private const PlatformID Mac = PlatformID.MacOSX;
    private const PlatformID Windows = PlatformID.Win32NT;

    [TestCase(28, Linux, StoreStatus.NoSpace, TestName = "ENOSPC on Linux")]
    [TestCase(122, Linux, StoreStatus.NoSpace, TestName = "EDQUOT on Linux")]
    [TestCase(27, Linux, StoreStatus.NoSpace, TestName = "EFBIG on Linux")]
    [TestCase(5, Linux, StoreStatus.WriteError, TestName = "EIO on Linux")]
    [TestCase(61, Linux, StoreStatus.WriteError, TestName = "ENODATA on Linux, a medium error of the block layer")]
    [TestCase(30, Linux, StoreStatus.ReadOnly, TestName = "EROFS on Linux")]
    [TestCase(19, Linux, StoreStatus.Gone, TestName = "ENODEV on Linux")]
    [TestCase(6, Linux, StoreStatus.Gone, TestName = "ENXIO on Linux")]
    [TestCase(116, Linux, StoreStatus.Gone, TestName = "ESTALE on Linux")]
    [TestCase(67, Linux, StoreStatus.Gone, TestName = "ENOLINK on Linux, no path to the device")]
    [TestCase(121, Linux, StoreStatus.InternalError, TestName = "EREMOTEIO on Linux, a fault of the device itself")]
    [TestCase(9, Linux, StoreStatus.InternalError, TestName = "EBADF on Linux")]
    [TestCase(28, Mac, StoreStatus.NoSpace, TestName = "ENOSPC on macOS")]
    [TestCase(69, Mac, StoreStatus.NoSpace, TestName = "EDQUOT on macOS")]
    [TestCase(122, Mac, StoreStatus.WriteError, TestName = "What is EDQUOT on Linux is not on macOS")]
    [TestCase(unchecked((int)0x80070070), Windows, StoreStatus.NoSpace, TestName = "ERROR_DISK_FULL on Windows")]
    [TestCase(unchecked((int)0x80070027), Windows, StoreStatus.NoSpace, TestName = "ERROR_HANDLE_DISK_FULL on Windows")]
    [TestCase(unchecked((int)0x80070013), Windows, StoreStatus.ReadOnly, TestName = "ERROR_WRITE_PROTECT on Windows")]
    [TestCase(unchecked((int)0x8007048F), Windows, StoreStatus.Gone, TestName = "ERROR_DEVICE_NOT_CONNECTED on Windows")]
    [TestCase(unchecked((int)0x80070017), Windows, StoreStatus.WriteError, TestName = "ERROR_CRC on Windows")]
    [TestCase(28, Windows, StoreStatus.WriteError, TestName = "What is ENOSPC on Linux is not on Windows")]
    public void A_write_that_failed_with(int hresult, PlatformID platform, StoreStatus status) =>
        Assert.That(FileErrors.ToStatus(new IOException("", hresult), FileOperationKind.Write, platform), Is.EqualTo(status));

    [Test]
    public void An_input_output_error_is_named_after_what_was_tried()
    {
        IOException e = new("", 5);
        Assert.That(FileErrors.ToStatus(e, FileOperationKind.Read, Linux), Is.EqualTo(StoreStatus.ReadError));
        Assert.That(FileErrors.ToStatus(e, FileOperationKind.Write, Linux), Is.EqualTo(StoreStatus.WriteError));
        Assert.That(FileErrors.ToStatus(e, FileOperationKind.Unmap, Linux), Is.EqualTo(StoreStatus.WriteError));
        Assert.That(FileErrors.ToStatus(e, FileOperationKind.Flush, Linux), Is.EqualTo(StoreStatus.FlushFailed));
    }

    [Test]
    public void Nothing_that_can_be_thrown_is_ok()
    {
        foreach (PlatformID platform in new[] { Linux, Mac, Windows })
        {
            foreach (FileOperationKind kind in Enum.GetValues<FileOperationKind>())
            {
                for (int code = -1; code < 2000; code++)
                    Assert.That(FileErrors.ToStatus(new IOException("", code), kind, platform), Is.Not.EqualTo(StoreStatus.Ok));
                Assert.That(FileErrors.ToStatus(new InvalidOperationException(), kind, platform), Is.EqualTo(StoreStatus.InternalError));
                Assert.That(FileErrors.ToStatus(new IOException(), kind, platform), Is.Not.EqualTo(StoreStatus.Ok));
            }
        }
    }

    [Test]
    public void The_class_library_really_gives_the_errno()
    {
        if (!OperatingSystem.IsLinux()) Assert.Ignore("/dev/full and /proc are Linux's.");
        using (Microsoft.Win32.SafeHandles.SafeFileHandle full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            IOException? e = Assert.Throws<IOException>(() => RandomAccess.Write(full, new byte[512], 0));
            Assert.That(e!.HResult, Is.EqualTo(28), "ENOSPC");
            Assert.That(FileErrors.ToStatus(e, FileOperationKind.Write), Is.EqualTo(StoreStatus.NoSpace));
        }

        using (Microsoft.Win32.SafeHandles.SafeFileHandle memory = File.OpenHandle("/proc/self/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            IOException? e = Assert.Throws<IOException>(() => RandomAccess.Read(memory, new byte[512], 0));
            Assert.That(e!.HResult, Is.EqualTo(5), "EIO: nothing is mapped at address 0");
            Assert.That(FileErrors.ToStatus(e, FileOperationKind.Read), Is.EqualTo(StoreStatus.ReadError));
        }

        using (Microsoft.Win32.SafeHandles.SafeFileHandle readOnly = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            UnauthorizedAccessException? e = Assert.Throws<UnauthorizedAccessException>(() => RandomAccess.Write(readOnly, new byte[512], 0));
            Assert.That(FileErrors.ToStatus(e!, FileOperationKind.Write), Is.EqualTo(StoreStatus.InternalError), "EBADF, wrapped");
        }
    }
}
