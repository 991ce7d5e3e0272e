using System;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tasks;
using Scst.Iscsi.Transport;

namespace Scst.Iscsi.Receiving;

/// <summary>
/// A data segment that does not come in one piece: its header, kept, and where its bytes go: into a command, into a pool
/// buffer to be looked at as a whole, or nowhere.
/// </summary>
internal sealed class PayloadStream
{
    private readonly byte[] _header = new byte[BasicHeader.Length + BasicHeader.MaxAhsLength];
    private readonly DataBufferPool _pool;
    private int _headerLength;
    private int _length;
    private bool _hasDigest;
    private Crc32C _crc;
    private uint _offset;

    public PayloadStream(DataBufferPool pool) => _pool = pool;

    /// <summary>Bytes still to come, without padding and digest.</summary>
    public int Remaining { get; private set; }

    /// <summary>Padding and digest.</summary>
    public int TrailerLength { get; private set; }

    public bool IsActive { get; private set; }

    /// <summary>The Data-Out PDU, or the command, whose data this is; else null.</summary>
    public DataOutTransfer? Transfer { get; private set; }

    /// <summary>Which sequence ends with this PDU.</summary>
    public SequenceEnd SequenceEnd { get; private set; }

    /// <summary>The bytes as a whole, if they are gathered.</summary>
    public DataBuffer? Gathered { get; private set; }

    /// <summary>The bytes should be gathered, but the pool has reached its cap; they are dropped.</summary>
    public bool LacksMemory { get; private set; }

    /// <summary>The PDU is refused; what remains to be done when it is complete.</summary>
    public PduVerdict Verdict { get; private set; }

    public uint End => _offset;

    public int Length => _length;

    public BasicHeader Header
    {
        get
        {
            BasicHeader.TryRead(_header, out var header);
            return header;
        }
    }

    public ReadOnlySpan<byte> Ahs => _header.AsSpan(BasicHeader.Length, _headerLength - BasicHeader.Length);

    public void Begin(ReadOnlySpan<byte> headerAndAhs, BasicHeader header, bool hasDigest, PduVerdict verdict)
    {
        headerAndAhs.CopyTo(_header);
        _headerLength = headerAndAhs.Length;
        _length = header.DataSegmentLength;
        Remaining = _length;
        TrailerLength = header.PaddedDataSegmentLength - _length + (hasDigest ? BasicHeader.DigestLength : 0);
        _hasDigest = hasDigest;
        _crc = default;
        _offset = 0;
        LacksMemory = false;
        Verdict = verdict;
        IsActive = true;
    }

    public void Into(DataOutTransfer transfer, uint offset, SequenceEnd sequenceEnd)
    {
        Transfer = transfer;
        _offset = offset;
        SequenceEnd = sequenceEnd;
    }

    /// <summary>Gathers the bytes to be looked at as a whole.</summary>
    public void Gather()
    {
        Gathered = _pool.TryRent(_length);
        LacksMemory = Gathered is null;
    }

    /// <summary>Adds to an empty vector where the next bytes go; <paramref name="scratch"/> if nobody wants them.</summary>
    /// <returns>Whether there is a place for all that is still to come, and room for another piece.</returns>
    public bool Locate(ReceiveVector vector, Memory<byte> scratch)
    {
        var left = Remaining;
        while (left > 0 && vector.Room > 1)
        {
            var place = PlaceOf(_offset + (uint)(Remaining - left));
            if (place.IsEmpty)
            {
                // The memory for what is dropped is that for what follows it, so each has to wait for what precedes it.
                if (vector.Length == 0)
                    vector.Add(new ReceivePiece(scratch).AtMost(left));
                return false;
            }

            place = place.AtMost(left);
            vector.Add(place);
            left -= place.Length;
        }

        return left == 0;
    }

    /// <summary>Bytes have been received to where <see cref="Locate"/> said, and perhaps behind that.</summary>
    /// <returns>How many were this PDU's.</returns>
    public int Advance(ReceiveVector vector, int received)
    {
        var own = Math.Min(received, Remaining);
        if (_hasDigest)
            AppendToDigest(vector.Pieces, own);
        _offset += (uint)own;
        Remaining -= own;
        return own;
    }

    /// <summary>Nothing can be received to where <see cref="Locate"/> said: an address there cannot be written.</summary>
    public void ReplaceLoan() => Transfer!.ReplaceLoan(_offset);

    /// <summary>Bytes that are in the receive buffer already.</summary>
    public void Take(ReadOnlySpan<byte> received)
    {
        if (_hasDigest)
            _crc.Append(received);
        Remaining -= received.Length;
        if (Transfer is { } transfer)
            transfer.Write(_offset, received);
        else if (Gathered is { } gathered)
            received.CopyTo(gathered.Array.AsSpan((int)_offset));
        _offset += (uint)received.Length;
    }

    /// <summary>Whether padding and digest are right.</summary>
    public bool Verify(ReadOnlySpan<byte> trailer)
    {
        if (!_hasDigest)
            return true;
        _crc.Append(trailer[..^BasicHeader.DigestLength]);
        return _crc.Matches(trailer[^BasicHeader.DigestLength..]);
    }

    /// <summary>The PDU has been dealt with.</summary>
    public void Finish()
    {
        IsActive = false;
        Transfer = null;
        SequenceEnd = SequenceEnd.None;
        if (Gathered is { } gathered)
            _pool.Return(gathered);
        Gathered = null;
    }

    /// <summary>The connection ends in the middle of it.</summary>
    public void Abandon()
    {
        if (!IsActive)
            return;
        Transfer?.Abandon();
        Finish();
    }

    private ReceivePiece PlaceOf(uint offset) => Transfer is { } transfer ? transfer.Locate(offset)
        : Gathered is { } gathered ? new ReceivePiece(gathered.Array.AsMemory((int)offset, _length - (int)offset))
        : default;

    private void AppendToDigest(ReadOnlySpan<ReceivePiece> pieces, int length)
    {
        foreach (var piece in pieces)
        {
            var part = Math.Min(length, piece.Length);
            _crc.Append(piece.Memory.Span[..part]);
            length -= part;
        }
    }
}
