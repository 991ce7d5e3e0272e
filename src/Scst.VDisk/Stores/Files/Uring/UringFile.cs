using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace Scst.VDisk;

/// <summary>
/// Reads and writes of one store through io_uring, from one thread of its own: it hands over at once all that has come together and
/// sleeps in the kernel until something is done or comes. Whoever starts an operation only queues it, and wakes the thread if it
/// sleeps.
/// </summary>
/// <remarks>
/// <para>One ring per store, so that stores do not wait for each other and one that is closed takes its thread along. All calls on
/// it come from its thread: the kernel cancels what a thread has under way when that thread ends, and threads of the pool do end.</para>
/// <para>What does not come out whole (too short, interrupted, cancelled) goes the way of all operations, on a thread, from its
/// beginning: reading or writing the same range again changes nothing, and there is one place only that knows what an end of the file
/// means. Nothing is flushed here.</para>
/// <para>Answers are given in the ring's thread: handing each to the pool costs more than the ring saves.</para>
/// </remarks>
internal sealed unsafe class UringFile : IFileRing
{
    /// <summary>How many operations the kernel has at most; what is more waits in the queue.</summary>
    internal const int DefaultEntries = 128;

    private const ulong WakeUp = ulong.MaxValue;

    private readonly int _descriptor;
    private readonly nuint _memoryMask;
    private readonly ConcurrentQueue<FileOperation> _queue = new();
    // What the kernel has, and the memory that it fills or reads: neither moves nor is freed before the completion.
    private readonly FileOperation?[] _running;
    private readonly MemoryHandle[] _pins;
    private readonly int[] _free;
    private readonly SafeFileHandle _wake = LinuxUring.CreateEvent();
    private readonly ulong* _wakeCount = (ulong*)NativeMemory.AllocZeroed(sizeof(ulong));
    private readonly ManualResetEventSlim _started = new();
    private readonly UringSetup _setup;
    private IOException? _refusal;
    private int _freeCount;
    private bool _isWakeUpArmed;
    private int _isAsleep;
    private volatile bool _isClosing;

    private UringFile(SafeFileHandle file, int memoryAlignment, int entries, UringSetup setup)
    {
        _setup = setup;
        _descriptor = (int)file.DangerousGetHandle();
        _memoryMask = (nuint)memoryAlignment - 1;
        _running = new FileOperation?[entries];
        _pins = new MemoryHandle[entries];
        _free = new int[entries];
        while (_freeCount < entries) _free[_freeCount] = _freeCount++;
        new Thread(Serve) { IsBackground = true, Name = "Scst io_uring" }.Start();
        _started.Wait();
    }

    /// <summary>Makes a ring for a file.</summary>
    /// <param name="file">The file; stays open while anything is under way.</param>
    /// <param name="memoryAlignment">What the file demands of memory; operations whose memory is otherwise are not started.</param>
    /// <param name="entries">How many operations the kernel has at most.</param>
    /// <param name="setup">The system call that makes it.</param>
    /// <exception cref="IOException">
    /// The kernel refuses one, or lacks the memory for it; <see cref="Exception.HResult"/> is the errno.
    /// </exception>
    internal static UringFile Create(
        SafeFileHandle file, int memoryAlignment, int entries = DefaultEntries, UringSetup? setup = null)
    {
        var ring = new UringFile(file, memoryAlignment, entries, setup ?? LinuxUring.Setup);
        return ring._refusal is { } refusal ? throw new IOException(refusal.Message, refusal.HResult) : ring;
    }

    public bool TryStart(FileOperation operation)
    {
        ReadOnlySpan<byte> memory = operation.Kind switch
        {
            FileOperationKind.Read => operation.Destination.Span,
            FileOperationKind.Write => operation.Source.Span,
            _ => default,
        };
        if (memory.IsEmpty) return false;
        fixed (byte* address = memory)
        {
            // What is aligned stays so or is looked at again: memory that is not pinned may move.
            if (((nuint)address & _memoryMask) != 0) return false;
        }

        _queue.Enqueue(operation);
        Wake();
        return true;
    }

    /// <summary>Lets the thread end. Nothing may be under way.</summary>
    public void Dispose()
    {
        _isClosing = true;
        try
        {
            Wake();
        }
        catch (ObjectDisposedException)
        {
            // It has seen it already, and is gone.
        }
    }

    private void Wake()
    {
        // A full fence either way: the queue is written before the flag is read, and the thread does it the other way around.
        if (Interlocked.Exchange(ref _isAsleep, 0) != 0) LinuxUring.Signal(_wake);
    }

    private void Serve()
    {
        UringQueues? queues = null;
        try
        {
            if (_wake.IsInvalid) throw new IOException("There is no eventfd(2).");
            queues = new UringQueues(_free.Length, _setup);
        }
        catch (IOException e)
        {
            // ENOSYS, EPERM: no such kernel, or a container that hides it. EINVAL: Linux before 6.1.
            _refusal = e;
        }

        _started.Set();
        if (queues is not null) Serve(queues);
        queues?.Dispose();
        _wake.Dispose();
        NativeMemory.Free(_wakeCount);
    }

    private void Serve(UringQueues queues)
    {
        while (true)
        {
            Submit(queues);
            Interlocked.Exchange(ref _isAsleep, 1);
            bool isIdle = _queue.IsEmpty || _freeCount == 0;
            if (isIdle && _isClosing && _freeCount == _free.Length) break;
            int error = queues.Enter(wait: isIdle);
            Volatile.Write(ref _isAsleep, 0);
            bool isProgress = false;
            while (queues.TryPop(out UringCompletion completion))
            {
                isProgress = true;
                Finish(completion);
            }

            // The kernel has no memory at the moment (EAGAIN), or something else that only time can mend: what is queued stays so.
            if (error is not (0 or LinuxUring.Interrupted) && !isProgress) Thread.Sleep(1);
        }

        // The last wish to wake up is still with the kernel: it ends when it is signalled, and then its memory is ours.
        LinuxUring.Signal(_wake);
        while (_isWakeUpArmed)
        {
            queues.Enter(wait: true);
            while (queues.TryPop(out UringCompletion completion)) Finish(completion);
        }
    }

    private void Submit(UringQueues queues)
    {
        if (!_isWakeUpArmed && !queues.IsFull)
        {
            int wake = (int)_wake.DangerousGetHandle();
            queues.Push(new UringEntry
            {
                Code = UringEntry.Read,
                Descriptor = wake,
                Address = (ulong)_wakeCount,
                Length = sizeof(ulong),
                UserData = WakeUp,
            });
            _isWakeUpArmed = true;
        }

        while (_freeCount > 0 && !queues.IsFull && _queue.TryDequeue(out FileOperation? operation))
        {
            bool isRead = operation.Kind == FileOperationKind.Read;
            MemoryHandle pin = isRead ? operation.Destination.Pin() : operation.Source.Pin();
            if (((nuint)pin.Pointer & _memoryMask) != 0)
            {
                pin.Dispose();
                ThreadPool.UnsafeQueueUserWorkItem(operation, preferLocal: false);
                continue;
            }

            int slot = _free[--_freeCount];
            _running[slot] = operation;
            _pins[slot] = pin;
            queues.Push(new UringEntry
            {
                Code = isRead ? UringEntry.Read : UringEntry.Write,
                Descriptor = _descriptor,
                Offset = (ulong)operation.Offset,
                Address = (ulong)pin.Pointer,
                Length = (uint)(isRead ? operation.Destination.Length : operation.Source.Length),
                UserData = (ulong)slot,
            });
        }
    }

    private void Finish(UringCompletion completion)
    {
        if (completion.UserData == WakeUp)
        {
            _isWakeUpArmed = false;
            return;
        }

        int slot = (int)completion.UserData;
        FileOperation operation = _running[slot]!;
        _running[slot] = null;
        _pins[slot].Dispose();
        _pins[slot] = default;
        _free[_freeCount++] = slot;
        operation.EndOnRing(completion.Result);
    }
}
