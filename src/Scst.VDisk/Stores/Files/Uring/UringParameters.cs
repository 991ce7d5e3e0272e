using System.Runtime.InteropServices;

namespace Scst.VDisk;

/// <summary>struct io_uring_params, of which only what is used has a name.</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct UringParameters
{
    [FieldOffset(0)]
    internal uint SubmissionEntries;
    [FieldOffset(4)]
    internal uint CompletionEntries;
    [FieldOffset(8)]
    internal uint Flags;
    [FieldOffset(20)]
    internal uint Features;
    [FieldOffset(40)]
    internal uint SubmissionHead;
    [FieldOffset(44)]
    internal uint SubmissionTail;
    [FieldOffset(48)]
    internal uint SubmissionMask;
    [FieldOffset(64)]
    internal uint SubmissionArray;
    [FieldOffset(80)]
    internal uint CompletionHead;
    [FieldOffset(84)]
    internal uint CompletionTail;
    [FieldOffset(88)]
    internal uint CompletionMask;
    [FieldOffset(100)]
    internal uint CompletionQueue;
}
