using System.Runtime.InteropServices;

namespace Scst.VDisk;

/// <summary>struct io_uring_sqe, as reads and writes use it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct UringEntry
{
    internal const byte Read = 22; // IORING_OP_READ
    internal const byte Write = 23; // IORING_OP_WRITE

    [FieldOffset(0)]
    internal byte Code;
    [FieldOffset(4)]
    internal int Descriptor;
    [FieldOffset(8)]
    internal ulong Offset;
    [FieldOffset(16)]
    internal ulong Address;
    [FieldOffset(24)]
    internal uint Length;
    [FieldOffset(32)]
    internal ulong UserData;
}
