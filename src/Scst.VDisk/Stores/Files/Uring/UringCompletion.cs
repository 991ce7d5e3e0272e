using System.Runtime.InteropServices;

namespace Scst.VDisk;

/// <summary>struct io_uring_cqe.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct UringCompletion
{
    internal readonly ulong UserData;

    /// <summary>Bytes, or a negative errno.</summary>
    internal readonly int Result;
    internal readonly uint Flags;
}
