using System;
using System.Diagnostics;

namespace Scst.Iscsi.Transport;

/// <summary>
/// A list of pieces that leave in one gathering send. Made once per connection; adding and sending allocate nothing.
/// </summary>
internal sealed class SendVector
{
    /// <summary>Most pieces that one send gathers: far below IOV_MAX (1024), and enough for a deep queue of small reads.</summary>
    public const int Capacity = 128;

    private readonly SendPiece[] _pieces = new SendPiece[Capacity];
    private int _first;
    private int _end;

    /// <summary>Bytes that are not sent yet.</summary>
    public long Length { get; private set; }

    /// <summary>How many more pieces can be added.</summary>
    public int Room => Capacity - _end;

    /// <summary>The pieces that are not sent yet, in order; none is empty.</summary>
    public ReadOnlySpan<SendPiece> Pieces => _pieces.AsSpan(_first, _end - _first);

    /// <summary>Adds a piece; it must stay as it is until it was sent or the vector is cleared.</summary>
    public void Add(ReadOnlyMemory<byte> piece) => Add(new SendPiece(piece));

    /// <inheritdoc cref="Add(ReadOnlyMemory{byte})"/>
    public void Add(in SendPiece piece)
    {
        if (piece.Length == 0)
            return;
        _pieces[_end++] = piece;
        Length += piece.Length;
    }

    /// <summary>So many bytes from the beginning have been sent.</summary>
    public void Advance(int sent)
    {
        Debug.Assert(sent <= Length, "More was sent than there was.");
        Length -= sent;
        while (sent > 0 && sent >= _pieces[_first].Length)
        {
            sent -= _pieces[_first].Length;
            _pieces[_first++] = default;
        }

        if (sent > 0)
            _pieces[_first] = _pieces[_first].Slice(sent, _pieces[_first].Length - sent);
        if (Length == 0)
            Clear();
    }

    /// <summary>Keeps so many bytes and drops the rest.</summary>
    public void Truncate(long length)
    {
        Debug.Assert(length <= Length, "More is to be kept than there is.");
        if (length == 0)
        {
            Clear();
            return;
        }

        var end = _first;
        var left = length;
        while (left > _pieces[end].Length)
            left -= _pieces[end++].Length;
        _pieces[end] = _pieces[end].Slice(0, (int)left);
        end++;
        Array.Clear(_pieces, end, _end - end);
        _end = end;
        Length = length;
    }

    public void Clear()
    {
        Array.Clear(_pieces, _first, _end - _first);
        _first = 0;
        _end = 0;
        Length = 0;
    }
}
