using System;
using System.Collections.Generic;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Login;

/// <summary>
/// Text Requests of one connection in full feature phase: SendTargets, and the keys that may change after the login
/// (RFC 7143 6.4, 11.10, 11.11 and Appendix C). One sequence at a time; long answers go out piece by piece under a Target
/// Transfer Tag.
/// </summary>
internal sealed class TextNegotiator
{
    private readonly LoginIdentity _identity;
    private readonly ISendTargetsSource _targets;
    private readonly TextBuffer _request = new();
    private readonly TextBuffer _pending = new();
    private int _pendingSent;
    private KeyNegotiation? _keys;
    private IEnumerator<SendTargetsRecord>? _records;
    private uint _initiatorTaskTag;
    private uint _targetTransferTag;

    public TextNegotiator(LoginIdentity identity, ISendTargetsSource targets, int initiatorMaxRecvDataSegmentLength)
    {
        _identity = identity;
        _targets = targets;
        InitiatorMaxRecvDataSegmentLength = initiatorMaxRecvDataSegmentLength;
    }

    /// <summary>What the initiator takes in one PDU: a new value holds once the sequence that declared it has ended.</summary>
    public int InitiatorMaxRecvDataSegmentLength { get; private set; }

    /// <summary>A sequence has begun and not ended.</summary>
    public bool IsActive => _keys is not null;

    private bool HasOutput => _pendingSent < _pending.Length || _records is not null;

    /// <summary>
    /// Takes a Text Request with its data segment and fills <paramref name="response"/> with as much of the answer as fits
    /// there and in the initiator's MaxRecvDataSegmentLength.
    /// </summary>
    public TextReply Process(TextRequestPdu request, ReadOnlySpan<byte> dataSegment, Span<byte> response)
    {
        var header = request.Header;
        if (request.TargetTransferTag == BasicHeader.ReservedTag)
        {
            // A new request; whatever was going on is forgotten (RFC 7143 11.10.4).
            Reset();
            _initiatorTaskTag = header.InitiatorTaskTag;
            _keys = new KeyNegotiation { SessionType = _identity.SessionType };
            if (++_targetTransferTag == BasicHeader.ReservedTag)
                _targetTransferTag = 0;
        }
        else if (!IsActive || request.TargetTransferTag != _targetTransferTag || header.InitiatorTaskTag != _initiatorTaskTag)
        {
            return TextReply.Refuse(RejectReason.InvalidPduField, NegotiationFault.StaleTransferTag);
        }

        if (request.Continue && header.IsFinal)
            return Fail(NegotiationFault.ContinueAndTransit);
        if (HasOutput)
        {
            return dataSegment.IsEmpty && !request.Continue
                ? Send(header.IsFinal, response)
                : Fail(NegotiationFault.DataDuringContinuedResponse);
        }

        _pending.Clear();
        _pendingSent = 0;
        if (!_request.TryAppend(dataSegment))
            return Fail(NegotiationFault.TextTooLong);
        if (request.Continue)
            return new TextReply(false, false, _targetTransferTag, 0, RejectReason.None, NegotiationFault.None);

        var fault = Negotiate(_keys!);
        _request.Clear();
        return fault == NegotiationFault.None ? Send(header.IsFinal, response) : Fail(fault);
    }

    /// <summary>Ends the sequence at hand without effect, as the end of the connection does.</summary>
    public void Reset()
    {
        _request.Clear();
        _pending.Clear();
        _pendingSent = 0;
        _keys = null;
        _records?.Dispose();
        _records = null;
    }

    private NegotiationFault Negotiate(KeyNegotiation keys)
    {
        var proposals = new List<KeyProposal>();
        var fault = keys.Collect(_request.Written, KeyPhases.FullFeature, leading: true, proposals);
        if (fault != NegotiationFault.None)
            return fault;
        foreach (var proposal in proposals)
        {
            if (proposal.Definition?.Id != KeyId.SendTargets)
                continue;
            // RFC 7143 Appendix C: exactly one key.
            if (proposals.Count != 1)
                return NegotiationFault.SendTargetsNotAlone;
            return BeginSendTargets(proposal.Value);
        }

        return keys.Answer(proposals, _pending);
    }

    private NegotiationFault BeginSendTargets(string value)
    {
        var discovery = _identity.SessionType == IscsiSessionType.Discovery;
        string? wanted;
        if (value == KeyTable.AllTargets && discovery)
            wanted = null;
        else if (value.Length == 0 && !discovery)
            wanted = _identity.TargetName;
        else if (!IscsiName.TryNormalize(value, out wanted))
            return RefuseSendTargets();

        // A normal session hears of no target but its own (RFC 7143 Appendix C).
        if (discovery || wanted == _identity.TargetName)
        {
            _records = _targets.Find(wanted).GetEnumerator();
            Advance();
        }

        return NegotiationFault.None;
    }

    // "All" in a normal session, nothing in a discovery session, or no name at all.
    private NegotiationFault RefuseSendTargets() =>
        new TextKeyWriter(_pending).TryAdd(KeyTable.Get(KeyId.SendTargets).Name, KeyTable.Reject)
            ? NegotiationFault.None
            : NegotiationFault.TextTooLong;

    /// <summary>Puts the next record into the pending text, or ends the enumeration.</summary>
    private void Advance()
    {
        _pending.Rewind();
        _pendingSent = 0;
        while (_records is not null && _pending.Length == 0)
        {
            if (!_records.MoveNext())
            {
                _records.Dispose();
                _records = null;
                return;
            }

            var writer = new TextKeyWriter(_pending);
            if (!writer.TryAdd(KeyTable.Get(KeyId.TargetName).Name, _records.Current.TargetName))
                continue;
            foreach (var address in _records.Current.Addresses)
            {
                if (!writer.TryAdd(KeyTable.Get(KeyId.TargetAddress).Name, address))
                    break;
            }
        }
    }

    private TextReply Send(bool final, Span<byte> response)
    {
        var room = Math.Min(response.Length, InitiatorMaxRecvDataSegmentLength);
        var length = 0;
        while (HasOutput && length < room)
        {
            var take = Math.Min(_pending.Length - _pendingSent, room - length);
            _pending.Written.Slice(_pendingSent, take).CopyTo(response[length..]);
            _pendingSent += take;
            length += take;
            if (_pendingSent == _pending.Length && _records is not null)
                Advance();
        }

        if (HasOutput)
            return new TextReply(false, true, _targetTransferTag, length, RejectReason.None, NegotiationFault.None);
        if (!final)
            return new TextReply(false, false, _targetTransferTag, length, RejectReason.None, NegotiationFault.None);

        // Values take effect only now (RFC 7143 6.4).
        if (_keys!.AgreedValue(KeyId.MaxRecvDataSegmentLength) is { } declared)
            InitiatorMaxRecvDataSegmentLength = (int)declared;
        Reset();
        return new TextReply(true, false, BasicHeader.ReservedTag, length, RejectReason.None, NegotiationFault.None);
    }

    private TextReply Fail(NegotiationFault fault)
    {
        Reset();
        return TextReply.Refuse(
            fault == NegotiationFault.TextTooLong ? RejectReason.LongOperationReject : RejectReason.ProtocolError, fault);
    }
}
