using System;

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

    /// <summary>The beginning of it, at most <paramref name="length"/> bytes.</summary>
    public ReceivePiece AtMost(int length) => length >= Length ? this
        : IsAddress ? new ReceivePiece(Address, length)
        : new ReceivePiece(_memory[..length]);
}
