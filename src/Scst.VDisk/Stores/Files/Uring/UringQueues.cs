using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace Scst.VDisk;

/// <summary>
/// The two queues that a ring shares with the kernel. All of it belongs to the thread that made it (IORING_SETUP_SINGLE_ISSUER), and
/// the kernel does its part of a completion in that thread when it asks for completions (IORING_SETUP_DEFER_TASKRUN), so no other
/// thread is ever interrupted.
/// </summary>
/// <remarks>
/// Memory ordering as io_uring(7) demands it: the tail of a queue is stored with release after its entry, so that the other side
/// sees the entry whole; it is loaded with acquire before the entry is read; the head is stored with release when the entry has been
/// read, so that it is not written over before.
/// </remarks>
internal sealed unsafe class UringQueues : IDisposable
{
    private const uint CompletionSizeGiven = 1u << 3; // IORING_SETUP_CQSIZE
    private const uint SingleIssuer = 1u << 12; // IORING_SETUP_SINGLE_ISSUER, Linux 6.0
    private const uint DeferTaskRun = 1u << 13; // IORING_SETUP_DEFER_TASKRUN, Linux 6.1
    private const uint SingleMapping = 1u << 0; // IORING_FEAT_SINGLE_MMAP
    private const long EntriesOffset = 0x10000000; // IORING_OFF_SQES

    private readonly SafeFileHandle _handle;
    private readonly int _ring;
    private readonly byte* _shared;
    private readonly nuint _sharedLength;
    private readonly UringEntry* _entries;
    private readonly nuint _entriesLength;
    private readonly uint* _submissionHead;
    private readonly uint* _submissionTail;
    private readonly uint _submissionMask;
    private readonly uint* _completionHead;
    private readonly uint* _completionTail;
    private readonly uint _completionMask;
    private readonly UringCompletion* _completions;
    private uint _tail;

    /// <summary>Makes the queues.</summary>
    /// <param name="entries">How many operations may be under way: there is room for the completions of twice as many.</param>
    /// <param name="setup">The system call that makes them.</param>
    /// <exception cref="IOException">The kernel refuses.</exception>
    internal UringQueues(int entries, UringSetup setup)
    {
        UringParameters parameters = default;
        parameters.Flags = CompletionSizeGiven | SingleIssuer | DeferTaskRun;
        parameters.CompletionEntries = (uint)entries * 2;
        _ring = setup((uint)entries, ref parameters);
        if (_ring < 0) throw LinuxFile.LastError();
        _handle = new SafeFileHandle(_ring, ownsHandle: true);
        try
        {
            if ((parameters.Features & SingleMapping) == 0) throw new IOException("This io_uring is too old.");
            _sharedLength = Math.Max(
                parameters.SubmissionArray + (parameters.SubmissionEntries * sizeof(uint)),
                parameters.CompletionQueue + (parameters.CompletionEntries * (uint)sizeof(UringCompletion)));
            _shared = LinuxUring.Map(_ring, _sharedLength, 0);
            if (_shared is null) throw LinuxFile.LastError();
            _entriesLength = parameters.SubmissionEntries * (uint)sizeof(UringEntry);
            _entries = (UringEntry*)LinuxUring.Map(_ring, _entriesLength, EntriesOffset);
            if (_entries is null) throw LinuxFile.LastError();
        }
        catch
        {
            Dispose();
            throw;
        }

        _submissionHead = (uint*)(_shared + parameters.SubmissionHead);
        _submissionTail = (uint*)(_shared + parameters.SubmissionTail);
        _submissionMask = *(uint*)(_shared + parameters.SubmissionMask);
        _completionHead = (uint*)(_shared + parameters.CompletionHead);
        _completionTail = (uint*)(_shared + parameters.CompletionTail);
        _completionMask = *(uint*)(_shared + parameters.CompletionMask);
        _completions = (UringCompletion*)(_shared + parameters.CompletionQueue);
        // Entry i is always at place i.
        uint* places = (uint*)(_shared + parameters.SubmissionArray);
        for (uint i = 0; i < parameters.SubmissionEntries; i++) places[i] = i;
    }

    /// <summary>Entries that the kernel has not taken yet.</summary>
    internal uint Pending => _tail - Volatile.Read(ref *_submissionHead);

    internal bool IsFull => Pending > _submissionMask;

    /// <summary>Puts an entry into the queue; there must be room.</summary>
    internal void Push(in UringEntry entry)
    {
        _entries[_tail & _submissionMask] = entry;
        _tail++;
        Volatile.Write(ref *_submissionTail, _tail);
    }

    /// <summary>Hands over what is pending and waits for a completion unless one is there.</summary>
    /// <returns>0 or the errno; after each of them completions may be there.</returns>
    internal int Enter(bool wait) => LinuxUring.Enter(_ring, Pending, wait ? 1u : 0u) < 0 ? Marshal.GetLastPInvokeError() : 0;

    /// <summary>Takes the oldest completion.</summary>
    internal bool TryPop(out UringCompletion completion)
    {
        uint head = *_completionHead;
        if (head == Volatile.Read(ref *_completionTail))
        {
            completion = default;
            return false;
        }

        completion = _completions[head & _completionMask];
        Volatile.Write(ref *_completionHead, head + 1);
        return true;
    }

    public void Dispose()
    {
        LinuxUring.Unmap((byte*)_entries, _entriesLength);
        LinuxUring.Unmap(_shared, _sharedLength);
        _handle.Dispose();
    }
}
