using System;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Scst.Iscsi.Transport.Linux;

/// <summary>
/// The system calls of <see cref="EpollTransport"/> on 64-bit Linux. None of them waits, except <see cref="Wait"/>. The safe
/// handle keeps a descriptor from being closed, and given to another connection, while a call uses it.
/// </summary>
internal static unsafe partial class LinuxSocket
{
    /// <summary>EAGAIN: nothing can be done now.</summary>
    public const int WouldBlock = 11;

    /// <summary>EINTR.</summary>
    public const int Interrupted = 4;

    /// <summary>EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP: a receive would not block.</summary>
    public const uint Readable = 0x0001 | 0x2000 | 0x0008 | 0x0010;

    /// <summary>EPOLLRDHUP | EPOLLERR | EPOLLHUP: nothing more will come.</summary>
    public const uint Ended = 0x2000 | 0x0008 | 0x0010;

    /// <summary>EPOLLOUT | EPOLLERR | EPOLLHUP: a send would not block.</summary>
    public const uint Writable = 0x0004 | 0x0008 | 0x0010;

    private const uint EdgeTriggered = 1u << 31;
    private const uint Interest = 0x0001 | 0x0004 | 0x2000 | EdgeTriggered;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int Add = 1;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    /// <summary>struct epoll_event is packed on x86-64 and nowhere else.</summary>
    public static int EventSize { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static int DataOffset => EventSize - sizeof(long);

    /// <summary>Whether this system has all that is needed here.</summary>
    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && IntPtr.Size == 8;

    public static SafeSocketHandle CreateEpoll() => Checked(new SafeSocketHandle(epoll_create1(CloseOnExec), ownsHandle: true));

    public static SafeSocketHandle CreateEvent() => Checked(new SafeSocketHandle(eventfd(0, CloseOnExec | NonBlocking), ownsHandle: true));

    /// <summary>Watches a descriptor, edge-triggered, for all that may happen to it.</summary>
    /// <exception cref="SocketException">It cannot be watched.</exception>
    public static void Watch(SafeSocketHandle epoll, SafeSocketHandle descriptor, long data)
    {
        var buffer = stackalloc byte[16];
        *(uint*)buffer = Interest;
        *(long*)(buffer + DataOffset) = data;
        if (epoll_ctl(epoll, Add, descriptor, buffer) != 0)
            throw Error(Marshal.GetLastPInvokeError());
    }

    /// <summary>Waits for events; a timeout of -1 waits for ever.</summary>
    /// <returns>How many there are; 0 also after an interruption.</returns>
    public static int Wait(SafeSocketHandle epoll, Span<byte> events, int milliseconds)
    {
        fixed (byte* buffer = events)
        {
            var count = epoll_wait(epoll, buffer, events.Length / EventSize, milliseconds);
            if (count >= 0)
                return count;
            var error = Marshal.GetLastPInvokeError();
            return error == Interrupted ? 0 : throw Error(error);
        }
    }

    public static (uint Events, long Data) ReadEvent(ReadOnlySpan<byte> events, int index)
    {
        var item = events.Slice(index * EventSize, EventSize);
        return (MemoryMarshal.Read<uint>(item), MemoryMarshal.Read<long>(item[DataOffset..]));
    }

    /// <summary>Wakes whoever waits for an event descriptor.</summary>
    public static void Signal(SafeSocketHandle descriptor)
    {
        var one = 1L;
        // It fails only if the counter is full, and then it wakes as well.
        _ = write(descriptor, &one, sizeof(long));
    }

    public static void ClearSignal(SafeSocketHandle descriptor)
    {
        var count = 0L;
        _ = read(descriptor, &count, sizeof(long));
    }

    /// <summary>Receives without waiting.</summary>
    /// <returns>Bytes, or minus the error number.</returns>
    public static int Receive(SafeSocketHandle socket, Span<byte> destination)
    {
        fixed (byte* buffer = destination)
        {
            var count = recv(socket, buffer, (nuint)destination.Length, DontWait);
            return count >= 0 ? (int)count : -Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Receives to several places without waiting.</summary>
    /// <returns>Bytes, or minus the error number.</returns>
    public static int Receive(SafeSocketHandle socket, IoVector* vectors, int count)
    {
        var message = new MessageHeader { Vectors = vectors, VectorCount = (nuint)count };
        var received = recvmsg(socket, &message, DontWait);
        return received >= 0 ? (int)received : -Marshal.GetLastPInvokeError();
    }

    /// <summary>Looks whether a receive would end at once, without taking anything.</summary>
    /// <returns>A number that is not negative if so, else minus the error number.</returns>
    public static int Peek(SafeSocketHandle socket)
    {
        byte one;
        var count = recv(socket, &one, 1, DontWait | 0x02 /* MSG_PEEK */);
        return count >= 0 ? (int)count : -Marshal.GetLastPInvokeError();
    }

    /// <summary>Sends without waiting.</summary>
    /// <returns>Bytes, or minus the error number.</returns>
    public static int Send(SafeSocketHandle socket, IoVector* vectors, int count)
    {
        var message = new MessageHeader { Vectors = vectors, VectorCount = (nuint)count };
        var sent = sendmsg(socket, &message, DontWait | NoSignal);
        return sent >= 0 ? (int)sent : -Marshal.GetLastPInvokeError();
    }

    /// <summary>The exception for an error number.</summary>
    public static SocketException Error(int number) => new(
        (int)(number switch
        {
            14 => SocketError.Fault,
            32 => SocketError.Shutdown,
            103 => SocketError.ConnectionAborted,
            104 => SocketError.ConnectionReset,
            105 => SocketError.NoBufferSpaceAvailable,
            107 => SocketError.NotConnected,
            110 => SocketError.TimedOut,
            113 => SocketError.HostUnreachable,
            _ => SocketError.SocketError,
        }),
        Marshal.GetPInvokeErrorMessage(number));

    private static SafeSocketHandle Checked(SafeSocketHandle handle)
    {
        if (!handle.IsInvalid)
            return handle;
        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw Error(error);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(SafeSocketHandle epoll, int operation, SafeSocketHandle descriptor, byte* item);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(SafeSocketHandle epoll, byte* events, int count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(SafeSocketHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(SafeSocketHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(SafeSocketHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeSocketHandle descriptor, void* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeSocketHandle descriptor, void* buffer, nuint length);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct IoVector
    {
        public void* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr on 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
