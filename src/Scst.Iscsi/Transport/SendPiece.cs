using System;
using System.Buffers;

namespace Scst.Iscsi.Transport;

/// <summary>
/// One contiguous piece of what is sent: memory, or a mapped address that only system calls may touch. A call that finds
/// nothing to read there ends with <see cref="System.Net.Sockets.SocketError.Fault"/>.
/// </summary>
internal readonly struct SendPiece
{
    private readonly ReadOnlyMemory<byte> _memory;

    public SendPiece(ReadOnlyMemory<byte> memory)
    {
        _memory = memory;
        Length = memory.Length;
    }

    public SendPiece(nint address, int length)
    {
        Address = address;
        Length = length;
        IsAddress = true;
    }

    public int Length { get; }

    public bool IsAddress { get; }

    /// <summary>The first byte's address, if it <see cref="IsAddress"/>.</summary>
    public nint Address { get; }

    /// <summary>The bytes, if it is no address.</summary>
    public ReadOnlyMemory<byte> Memory =>
        IsAddress ? throw new InvalidOperationException("Only system calls may touch these bytes.") : _memory;

    /// <summary>The bytes at a place that does not move; costs nothing for arrays that are pinned for life, as pool buffers are.</summary>
    public unsafe MemoryHandle Pin() => IsAddress ? new MemoryHandle((void*)Address) : _memory.Pin();

    public SendPiece Slice(int start, int length) =>
        IsAddress ? new SendPiece(Address + start, length) : new SendPiece(_memory.Slice(start, length));
}
