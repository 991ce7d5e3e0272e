using System;

namespace Scst.Iscsi.Transport;

/// <summary>
/// A list of places that one receive fills in order. Made once per connection; adding and receiving allocate nothing.
/// </summary>
internal sealed class ReceiveVector
{
    /// <summary>Most places that one receive fills: a data segment has one or two, and behind it comes the buffer.</summary>
    public const int Capacity = 16;

    private readonly ReceivePiece[] _pieces = new ReceivePiece[Capacity];
    private int _count;

    /// <summary>Bytes that there is room for.</summary>
    public int Length { get; private set; }

    /// <summary>How many more pieces can be added.</summary>
    public int Room => Capacity - _count;

    /// <summary>The pieces in order; none is empty.</summary>
    public ReadOnlySpan<ReceivePiece> Pieces => _pieces.AsSpan(0, _count);

    /// <summary>Bytes from the beginning to the end of the last piece that is an address; 0 if none is.</summary>
    public int AddressesEnd { get; private set; }

    /// <summary>Adds a piece; it must stay as it is until the vector is cleared.</summary>
    public void Add(Memory<byte> piece) => Add(new ReceivePiece(piece));

    /// <inheritdoc cref="Add(Memory{byte})"/>
    public void Add(in ReceivePiece piece)
    {
        if (piece.IsEmpty)
            return;
        _pieces[_count++] = piece;
        Length += piece.Length;
        if (piece.IsAddress)
            AddressesEnd = Length;
    }

    public void Clear()
    {
        Array.Clear(_pieces, 0, _count);
        _count = 0;
        Length = 0;
        AddressesEnd = 0;
    }
}
