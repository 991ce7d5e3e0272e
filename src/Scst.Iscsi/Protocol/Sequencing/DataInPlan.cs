using System;

namespace Scst.Iscsi.Protocol;

/// <summary>
/// How the data of a read is cut into Data-In PDUs: none longer than the initiator's MaxRecvDataSegmentLength, F at the end
/// of each MaxBurstLength, S on the last if the status goes along (RFC 7143 11.7). No data gives no PDU: the status then
/// needs a SCSI Response.
/// </summary>
internal struct DataInPlan
{
    private readonly uint _total;
    private readonly int _maxSegment;
    private readonly int _maxBurst;
    private readonly bool _statusInLast;
    private uint _next;
    private int _burst;
    private SerialNumber32 _nextDataSN;

    /// <param name="total">Bytes to send.</param>
    /// <param name="maxDataSegmentLength">The initiator's MaxRecvDataSegmentLength, at least 1.</param>
    /// <param name="maxBurstLength">As negotiated, at least 1.</param>
    /// <param name="statusInLast">Set S on the last PDU.</param>
    public DataInPlan(uint total, int maxDataSegmentLength, int maxBurstLength, bool statusInLast)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxDataSegmentLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBurstLength);
        _total = total;
        _maxSegment = maxDataSegmentLength;
        _maxBurst = maxBurstLength;
        _statusInLast = statusInLast;
        _next = 0;
        _burst = 0;
        _nextDataSN = default;
    }

    /// <summary>Data-In PDUs so far; the ExpDataSN of the SCSI Response counts them.</summary>
    public readonly SerialNumber32 NextDataSN => _nextDataSN;

    public readonly bool IsComplete => _next == _total;

    public bool TryNext(out DataInSlice slice)
    {
        if (_next == _total)
        {
            slice = default;
            return false;
        }

        var length = (int)Math.Min(_total - _next, (uint)Math.Min(_maxSegment, _maxBurst - _burst));
        var last = (uint)length == _total - _next;
        _burst += length;
        var final = last || _burst == _maxBurst;
        slice = new DataInSlice(_nextDataSN, _next, length, final, last && _statusInLast);
        if (final)
            _burst = 0;
        _next += (uint)length;
        _nextDataSN = _nextDataSN.Next;
        return true;
    }
}
