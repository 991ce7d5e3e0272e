using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Scst.Iscsi.Transport.Linux;

/// <summary>
/// Copies bytes to mapped addresses by system calls: one that cannot be written is then an error number, and not a signal that
/// ends the process. On 64-bit Linux.
/// </summary>
internal static unsafe partial class KernelCopy
{
    private const int BadAddress = 14;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    // PIPE_BUF: so much fits into any pipe that is empty.
    private const int PipePiece = 4096;

    private static readonly Lock _pipeGate = new();
    private static volatile bool _isDenied;
    private static int _pipeOut = -1;
    private static int _pipeIn = -1;

    /// <summary>Copies bytes to an address.</summary>
    /// <returns>How many are in their place, from the first one on: fewer than all if what follows them cannot be written.</returns>
    public static int Write(nint address, ReadOnlySpan<byte> bytes)
    {
        var done = 0;
        fixed (byte* source = bytes)
        {
            while (done < bytes.Length && !_isDenied)
            {
                // The process reads its own memory: only so is it the destination, which alone may fault, that is written as by any
                // other call. The one that writes would take hold of the file's pages first.
                var local = new LinuxSocket.IoVector { Base = (void*)(address + done), Length = (nuint)(bytes.Length - done) };
                var remote = new LinuxSocket.IoVector { Base = source + done, Length = (nuint)(bytes.Length - done) };
                var count = process_vm_readv(Environment.ProcessId, &local, 1, &remote, 1, 0);
                if (count > 0)
                    done += (int)count;
                else if (count < 0 && Marshal.GetLastPInvokeError() == BadAddress)
                    return done;
                else
                    _isDenied = true;
            }
        }

        return done + WriteThroughPipe(address + done, bytes[done..]);
    }

    /// <summary>The same where a process may not even read its own memory (EPERM, ENOSYS).</summary>
    /// <inheritdoc cref="Write"/>
    public static int WriteThroughPipe(nint address, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0;
        lock (_pipeGate)
        {
            // Without descriptors nothing can be written there; what cannot goes another way.
            if (_pipeIn < 0 && !TryOpenPipe())
                return 0;
            var done = 0;
            fixed (byte* source = bytes)
            {
                while (done < bytes.Length)
                {
                    var piece = (nuint)Math.Min(bytes.Length - done, PipePiece);
                    if (write(_pipeIn, source + done, piece) != (nint)piece
                        || read(_pipeOut, (void*)(address + done), piece) != (nint)piece)
                    {
                        // Whatever is in it must not be what the next one reads.
                        ClosePipe();
                        return done;
                    }

                    done += (int)piece;
                }
            }

            return done;
        }
    }

    private static bool TryOpenPipe()
    {
        var ends = stackalloc int[2];
        if (pipe2(ends, CloseOnExec | NonBlocking) != 0)
            return false;
        _pipeOut = ends[0];
        _pipeIn = ends[1];
        return true;
    }

    private static void ClosePipe()
    {
        _ = close(_pipeIn);
        _ = close(_pipeOut);
        _pipeIn = -1;
        _pipeOut = -1;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint process_vm_readv(
        int process, LinuxSocket.IoVector* local, nuint localCount, LinuxSocket.IoVector* remote, nuint remoteCount, nuint flags);

    [LibraryImport("libc")]
    private static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc")]
    private static partial nint read(int descriptor, void* buffer, nuint length);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
