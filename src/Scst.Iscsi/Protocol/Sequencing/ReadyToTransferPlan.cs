using System;

namespace Scst.Iscsi.Protocol;

/// <summary>
/// Which R2Ts a write still needs, in order of their offsets (DataSequenceInOrder is Yes), each at most MaxBurstLength and
/// never more than MaxOutstandingR2T at a time (RFC 7143 11.8 and 13.17).
/// </summary>
internal struct ReadyToTransferPlan
{
    private readonly uint _end;
    private readonly uint _maxBurstLength;
    private readonly int _maxOutstanding;
    private uint _next;
    private SerialNumber32 _nextR2TSN;

    /// <param name="received">Bytes that came unsolicited, from offset 0.</param>
    /// <param name="total">Bytes the command takes in all.</param>
    /// <param name="maxBurstLength">As negotiated, at least 1.</param>
    /// <param name="maxOutstanding">MaxOutstandingR2T as negotiated, at least 1.</param>
    public ReadyToTransferPlan(uint received, uint total, int maxBurstLength, int maxOutstanding)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBurstLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxOutstanding);
        _next = Math.Min(received, total);
        _end = total;
        _maxBurstLength = (uint)maxBurstLength;
        _maxOutstanding = maxOutstanding;
        _nextR2TSN = default;
        Outstanding = 0;
    }

    /// <summary>R2Ts sent whose sequences have not ended.</summary>
    public int Outstanding { get; private set; }

    /// <summary>Bytes no R2T has asked for yet.</summary>
    public readonly uint Unrequested => _end - _next;

    /// <summary>R2Ts sent so far; the ExpDataSN of the SCSI Response counts them.</summary>
    public readonly SerialNumber32 NextR2TSN => _nextR2TSN;

    /// <summary>All data has been asked for and has arrived.</summary>
    public readonly bool IsComplete => Outstanding == 0 && _next == _end;

    /// <summary>The next R2T to send now; false if all is asked for or enough are outstanding.</summary>
    public bool TryNext(out ReadyToTransferSlice slice)
    {
        if (_next == _end || Outstanding == _maxOutstanding)
        {
            slice = default;
            return false;
        }

        slice = new ReadyToTransferSlice(_nextR2TSN, _next, Math.Min(_end - _next, _maxBurstLength));
        _next += slice.Length;
        _nextR2TSN = _nextR2TSN.Next;
        Outstanding++;
        return true;
    }

    /// <summary>The sequence of one R2T has ended.</summary>
    /// <exception cref="InvalidOperationException">None was outstanding.</exception>
    public void SequenceCompleted()
    {
        if (Outstanding == 0)
            throw new InvalidOperationException("No R2T is outstanding.");
        Outstanding--;
    }
}
