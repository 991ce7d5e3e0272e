using System;

namespace Scst.Iscsi.Protocol;

/// <summary>
/// One sequence of Data-Out PDUs: the answer to one R2T, or the unsolicited data that follows a command (RFC 7143 11.7).
/// DataSN begins at 0 in each, and DataPDUInOrder is Yes. A refused PDU leaves the sequence as it was.
/// </summary>
internal struct DataOutSequence
{
    private readonly uint _targetTransferTag;
    private readonly uint _end;
    private uint _next;
    private SerialNumber32 _nextDataSN;
    private bool _open;

    private DataOutSequence(uint targetTransferTag, uint offset, uint length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, uint.MaxValue - offset);
        _targetTransferTag = targetTransferTag;
        _next = offset;
        _end = offset + length;
        _nextDataSN = default;
        _open = true;
    }

    /// <summary>Where the next data belongs: bytes from the beginning of the command's data.</summary>
    public readonly uint NextOffset => _next;

    /// <summary>Bytes that are still to come, or may still come in an unsolicited sequence.</summary>
    public readonly uint Remaining => _end - _next;

    public readonly bool IsComplete => !_open;

    public readonly bool IsSolicited => _targetTransferTag != BasicHeader.ReservedTag;

    /// <summary>The sequence an R2T asks for.</summary>
    public static DataOutSequence Solicited(uint targetTransferTag, uint offset, uint length)
    {
        if (targetTransferTag == BasicHeader.ReservedTag)
            throw new ArgumentException("An R2T has a tag of its own.", nameof(targetTransferTag));
        return new DataOutSequence(targetTransferTag, offset, length);
    }

    /// <summary>
    /// The unsolicited Data-Out PDUs after a command with F clear: up to min(FirstBurstLength, expected length) bytes,
    /// the immediate data included (RFC 7143 13.10). It may end sooner; R2Ts fetch the rest.
    /// </summary>
    public static DataOutSequence Unsolicited(uint immediateLength, uint expectedLength, uint firstBurstLength)
    {
        var limit = Math.Min(expectedLength, firstBurstLength);
        return new DataOutSequence(BasicHeader.ReservedTag, immediateLength, limit > immediateLength ? limit - immediateLength : 0);
    }

    public DataOutVerdict Accept(DataOutPdu pdu, int maxRecvDataSegmentLength) => Accept(
        pdu.TargetTransferTag, pdu.DataSN, pdu.BufferOffset, pdu.Header.DataSegmentLength, pdu.Header.IsFinal, maxRecvDataSegmentLength);

    public DataOutVerdict Accept(
        uint targetTransferTag, SerialNumber32 dataSN, uint bufferOffset, int length, bool final, int maxRecvDataSegmentLength)
    {
        if (!_open)
            return DataOutVerdict.Unexpected;
        if (targetTransferTag != _targetTransferTag)
            return DataOutVerdict.WrongTag;
        if (length > maxRecvDataSegmentLength)
            return DataOutVerdict.SegmentTooLong;
        if (length == 0 && !final)
            return DataOutVerdict.EmptySegment;
        if (dataSN != _nextDataSN)
            return DataOutVerdict.DataSNOutOfOrder;
        if (bufferOffset != _next)
            return DataOutVerdict.OffsetOutOfOrder;
        if ((uint)length > Remaining)
            return DataOutVerdict.BeyondSequence;
        var complete = (uint)length == Remaining;
        if (complete && !final)
            return DataOutVerdict.FinalMissing;
        if (!complete && final && IsSolicited)
            return DataOutVerdict.FinalTooEarly;

        _next += (uint)length;
        _nextDataSN = _nextDataSN.Next;
        _open = !final;
        return final ? DataOutVerdict.Completed : DataOutVerdict.Accepted;
    }
}
