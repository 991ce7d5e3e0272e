namespace Scst.VDisk.Tests;

/// <summary>What a <see cref="DiskStep"/> does.</summary>
internal enum DiskStepKind
{
    Write,
    WriteAndVerify,
    Read,
    VerifySame,
    VerifyOther,
    VerifyMedium,
    SynchronizeCache,
}
