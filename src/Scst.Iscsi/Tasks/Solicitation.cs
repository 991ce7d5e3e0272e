using System;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Tasks;

/// <summary>
/// The sequences of data that one write command waits for: which R2Ts are out, which is the one to be answered next. As an
/// outgoing item it stands for the R2Ts to send. Guarded by the lock of the <see cref="Sending.Ledger"/>.
/// </summary>
internal sealed class Solicitation : OutgoingItem
{
    /// <summary>A Target Transfer Tag has 8 bits for the R2TSN, so more cannot be told apart.</summary>
    public const int MaxOutstanding = 255;

    private ReadyToTransferPlan _plan;
    private uint _base;
    private uint _end;
    private uint _maxBurst;
    private uint _tagBase;
    private uint _answered;
    private int _outstandingLimit;
    private bool _started;
    private bool _stopped;

    public Solicitation(IscsiTask task) => Task = task;

    public IscsiTask Task { get; }

    /// <summary>Sequences that the initiator owes: announced unsolicited data and R2Ts.</summary>
    public int OpenSequences { get; private set; }

    /// <summary>Whether this item is in the queue.</summary>
    public bool IsQueued { get; set; }

    /// <summary>The response waits for the last open sequence (RFC 7143 11.4.2).</summary>
    public bool HoldsResponse { get; set; }

    /// <summary>A task management function has given up the response: it is not to be held any more.</summary>
    public bool IsGivenUp { get; set; }

    public bool IsStarted => _started;

    /// <summary>Whether another R2T may be sent now.</summary>
    public bool HasMore => _started && !_stopped && _plan.Unrequested > 0 && _plan.Outstanding < _outstandingLimit;

    /// <summary>R2Ts sent; the ExpDataSN of the response.</summary>
    public SerialNumber32 Sent => _plan.NextR2TSN;

    /// <summary>Makes it as new for a command.</summary>
    public void Begin(bool announced)
    {
        OpenSequences = announced ? 1 : 0;
        HoldsResponse = false;
        IsGivenUp = false;
        IsQueued = false;
        _started = false;
        _stopped = false;
        _answered = 0;
        _plan = default;
    }

    /// <param name="tagBase">The upper 24 bits of the Target Transfer Tags.</param>
    /// <param name="received">Bytes that came unsolicited.</param>
    /// <param name="total">Bytes that the command takes.</param>
    /// <param name="parameters">The session's MaxBurstLength and MaxOutstandingR2T.</param>
    public void Start(uint tagBase, uint received, uint total, Login.NegotiatedParameters parameters)
    {
        _outstandingLimit = Math.Min(parameters.MaxOutstandingR2T, MaxOutstanding);
        _maxBurst = (uint)parameters.MaxBurstLength;
        _base = Math.Min(received, total);
        _end = total;
        _tagBase = tagBase;
        _plan = new ReadyToTransferPlan(received, total, parameters.MaxBurstLength, _outstandingLimit);
        _started = true;
    }

    /// <summary>No further R2T is sent.</summary>
    public void Stop() => _stopped = true;

    public bool TryNext(out ReadyToTransferSlice slice, out uint targetTransferTag)
    {
        slice = default;
        targetTransferTag = 0;
        if (_stopped || !_started || !_plan.TryNext(out slice))
            return false;
        targetTransferTag = TagOf(slice.R2TSN.Value);
        OpenSequences++;
        return true;
    }

    /// <summary>
    /// The sequence that must be answered next, if this is its tag: with DataSequenceInOrder=Yes R2Ts are answered in order.
    /// </summary>
    public bool TryGetHead(uint targetTransferTag, out DataOutSequence sequence)
    {
        sequence = default;
        if (!_started || _answered == _plan.NextR2TSN.Value || targetTransferTag != TagOf(_answered))
            return false;
        var offset = _base + (_answered * _maxBurst);
        sequence = DataOutSequence.Solicited(targetTransferTag, offset, Math.Min(_maxBurst, _end - offset));
        return true;
    }

    public void SequenceEnded(bool solicited)
    {
        OpenSequences--;
        if (!solicited)
            return;
        _answered++;
        _plan.SequenceCompleted();
    }

    private uint TagOf(uint r2tSN) => _tagBase | (r2tSN & 0xff);
}
