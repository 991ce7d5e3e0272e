using System;
using System.Buffers;
using Scst.Iscsi.Transport.Linux;

namespace Scst.Iscsi.Transport;

/// <summary>
/// One contiguous place for what is received: memory, or a mapped address that only system calls may touch. A call that cannot
/// write there ends with <see cref="System.Net.Sockets.SocketError.Fault"/>.
/// </summary>
internal readonly struct ReceivePiece
{
    private readonly Memory<byte> _memory;

    public ReceivePiece(Memory<byte> memory)
    {
        _memory = memory;
        Length = memory.Length;
    }

    public ReceivePiece(nint address, int length)
    {
        Address = address;
        Length = length;
        IsAddress = true;
    }

    public int Length { get; }

    public bool IsEmpty => Length == 0;

    public bool IsAddress { get; }

    /// <summary>The first byte's address, if it <see cref="IsAddress"/>.</summary>
    public nint Address { get; }

    /// <summary>The bytes, if it is no address.</summary>
    public Memory<byte> Memory =>
        IsAddress ? throw new InvalidOperationException("Only system calls may touch these bytes.") : _memory;

    /// <summary>The bytes at a place that does not move; costs nothing for arrays that are pinned for life, as pool buffers are.</summary>
    public unsafe MemoryHandle Pin() => IsAddress ? new MemoryHandle((void*)Address) : _memory.Pin();

    /// <summary>Copies bytes to it, those of an address by a system call.</summary>
    /// <param name="bytes">No more than there is room for.</param>
    /// <returns>How many are in their place, from the first one on: fewer than all if an address behind them cannot be written.</returns>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        if (IsAddress)
            return KernelCopy.Write(Address, bytes);
        bytes.CopyTo(_memory.Span);
        return bytes.Length;
    }

    /// <summary>The beginning of it, at most <paramref name="length"/> bytes.</summary>
    public ReceivePiece AtMost(int length) => length >= Length ? this
        : IsAddress ? new ReceivePiece(Address, length)
        : new ReceivePiece(_memory[..length]);
}
