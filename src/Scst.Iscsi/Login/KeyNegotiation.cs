using System;
using System.Collections.Generic;
using System.Text;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Login;

/// <summary>
/// The values of all keys in one negotiation, and the rules by which proposals are answered (RFC 7143 6.2), driven by
/// <see cref="KeyTable"/>. It answers whole logical text data segments, so that the order of keys in one does not matter.
/// </summary>
internal sealed class KeyNegotiation
{
    /// <summary>More keys than this in one negotiation is not negotiation.</summary>
    public const int MaxKeys = 512;

    private readonly KeyState[] _states = new KeyState[KeyTable.All.Count];
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private int _segment;

    /// <summary>What this target wants; may be replaced until the first key is answered.</summary>
    public IscsiParameters Own { get; set; } = IscsiParameters.Default;

    /// <summary>Keys that concern normal sessions only are irrelevant in a discovery session.</summary>
    public IscsiSessionType SessionType { get; set; }

    /// <summary>This target has proposed something the initiator has not answered.</summary>
    public bool HasUnansweredProposal
    {
        get
        {
            foreach (ref readonly var state in _states.AsSpan())
            {
                if (state.Proposed)
                    return true;
            }

            return false;
        }
    }

    public bool WasReceived(KeyId id) => _states[(int)id].Received;

    /// <summary>The agreed or declared value; null while the default holds.</summary>
    public ulong? AgreedValue(KeyId id) => _states[(int)id].HasValue ? _states[(int)id].Value : null;

    /// <summary>Reads a logical text data segment and checks which key may be sent here, by whom, and how often.</summary>
    public NegotiationFault Collect(ReadOnlySpan<byte> text, KeyPhases phase, bool leading, List<KeyProposal> proposals)
    {
        _segment++;
        var reader = new TextKeyReader(text);
        while (reader.TryRead(out var key, out var value))
        {
            if (proposals.Count == MaxKeys)
                return NegotiationFault.TooManyKeys;
            var name = Encoding.UTF8.GetString(key);
            var proposal = new KeyProposal(KeyTable.Find(name), name, Encoding.UTF8.GetString(value));
            var fault = proposal.Definition is { } definition
                ? Admit(definition, proposal.Value, phase, leading)
                : AdmitUnknown(name);
            if (fault != NegotiationFault.None)
                return fault;
            proposals.Add(proposal);
        }

        return reader.Fault == TextFault.None ? NegotiationFault.None : NegotiationFault.MalformedText;
    }

    /// <summary>Settles every proposal and appends the answers they need, in their order.</summary>
    public NegotiationFault Answer(List<KeyProposal> proposals, TextBuffer answers)
    {
        var texts = new string?[proposals.Count];
        var firstBurst = -1;
        for (var i = 0; i < texts.Length; i++)
        {
            if (proposals[i].Definition is not { } key)
            {
                texts[i] = KeyTable.NotUnderstood;
            }
            else if (key.Id == KeyId.FirstBurstLength)
            {
                // It depends on MaxBurstLength, InitialR2T and ImmediateData, which may come behind it.
                firstBurst = i;
            }
            else
            {
                var fault = Settle(key, proposals[i].Value, out texts[i]);
                if (fault != NegotiationFault.None)
                    return fault;
            }
        }

        if (firstBurst >= 0)
        {
            var fault = Settle(KeyTable.Get(KeyId.FirstBurstLength), proposals[firstBurst].Value, out texts[firstBurst]);
            if (fault != NegotiationFault.None)
                return fault;
        }

        var writer = new TextKeyWriter(answers);
        for (var i = 0; i < texts.Length; i++)
        {
            if (texts[i] is { } answer && !writer.TryAdd(proposals[i].Key, answer))
                return NegotiationFault.TextTooLong;
        }

        return NegotiationFault.None;
    }

    /// <summary>Whether <see cref="Propose"/> would propose anything now.</summary>
    public bool NeedsProposal()
    {
        foreach (var key in KeyTable.All)
        {
            if (NeedsProposal(key))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Proposes what the initiator has left at a default this target can't live with. The response must not end the stage
    /// then (RFC 7143 6.3).
    /// </summary>
    public void Propose(TextBuffer answers)
    {
        var writer = new TextKeyWriter(answers);
        foreach (var key in KeyTable.All)
        {
            if (!NeedsProposal(key))
                continue;
            ref var state = ref _states[(int)key.Id];
            // Proposed lists are those of digests, and only CRC32C can be what the default None is not.
            state.Value = key.Kind == KeyKind.List ? (ulong)(key.Values.Count - 1) : key.Own(Own);
            state.Proposed = writer.TryAdd(key.Name, key.Format(state.Value));
        }
    }

    /// <summary>The result of a login whose initiator has nothing more to say.</summary>
    /// <param name="declared">Whether this target has declared its MaxRecvDataSegmentLength.</param>
    /// <param name="parameters">The result, unless a fault is returned.</param>
    public NegotiationFault Conclude(bool declared, out NegotiatedParameters? parameters)
    {
        parameters = null;
        if (HasUnansweredProposal)
            return NegotiationFault.ProposalUnanswered;
        foreach (var key in KeyTable.All)
        {
            if (key.ProposeIfDefaultUnacceptable && !IsSettledOrMoot(key) && !key.IsDefaultAcceptable(Own))
                return NegotiationFault.RequiredValueRefused;
        }

        var maxBurst = Value(KeyId.MaxBurstLength);
        var firstBurst = Value(KeyId.FirstBurstLength);
        if (firstBurst > maxBurst)
        {
            // RFC 7143 13.14. A default that nobody named is simply understood to be no more than MaxBurstLength.
            if (AgreedValue(KeyId.FirstBurstLength) is not null)
                return NegotiationFault.FirstBurstExceedsMaxBurst;
            firstBurst = maxBurst;
        }

        parameters = new NegotiatedParameters
        {
            HeaderDigest = Value(KeyId.HeaderDigest) != 0,
            DataDigest = Value(KeyId.DataDigest) != 0,
            InitiatorMaxRecvDataSegmentLength = (int)Value(KeyId.MaxRecvDataSegmentLength),
            TargetMaxRecvDataSegmentLength = declared ? Own.MaxRecvDataSegmentLength : KeyTable.DefaultMaxRecvDataSegmentLength,
            MaxBurstLength = (int)maxBurst,
            FirstBurstLength = (int)firstBurst,
            InitialR2T = Value(KeyId.InitialR2T) != 0,
            ImmediateData = Value(KeyId.ImmediateData) != 0,
            MaxOutstandingR2T = (int)Value(KeyId.MaxOutstandingR2T),
            DefaultTime2Wait = (int)Value(KeyId.DefaultTime2Wait),
            DefaultTime2Retain = (int)Value(KeyId.DefaultTime2Retain),
            TaskReporting = (TaskReporting)Value(KeyId.TaskReporting),
            ProtocolLevel = (int)Value(KeyId.ProtocolLevel),
        };
        return NegotiationFault.None;
    }

    private static bool IsReserved(string value) =>
        value is KeyTable.Reject or KeyTable.Irrelevant or KeyTable.NotUnderstood;

    private NegotiationFault Admit(KeyDefinition key, string value, KeyPhases phase, bool leading)
    {
        ref var state = ref _states[(int)key.Id];
        if (state.Received && !(key.RepeatableUnchanged && state.Text == value && state.Segment != _segment))
            return NegotiationFault.DuplicateKey;
        state.Received = true;
        state.Segment = _segment;
        if (key.RepeatableUnchanged)
            state.Text = value;
        if ((key.Senders & KeySenders.Initiator) == 0)
        {
            // An initiator may say that it did not understand what this target declared.
            return IsReserved(value) ? NegotiationFault.None : NegotiationFault.KeyFromWrongSide;
        }

        if ((key.Phases & phase) == 0)
            return NegotiationFault.KeyInWrongStage;
        return key.LeadingOnly && !leading ? NegotiationFault.KeyOnlyOnLeadingConnection : NegotiationFault.None;
    }

    private NegotiationFault AdmitUnknown(string name)
    {
        if (_unknown.Count == MaxKeys)
            return NegotiationFault.TooManyKeys;
        return _unknown.Add(name) ? NegotiationFault.None : NegotiationFault.DuplicateKey;
    }

    private ulong Value(KeyId id)
    {
        ref readonly var state = ref _states[(int)id];
        return state.HasValue ? state.Value : KeyTable.Get(id).Default;
    }

    private void Agree(KeyDefinition key, ulong value)
    {
        ref var state = ref _states[(int)key.Id];
        state.Proposed = false;
        state.HasValue = true;
        state.Value = value;
    }

    private NegotiationFault Settle(KeyDefinition key, string value, out string? answer)
    {
        answer = null;
        if (_states[(int)key.Id].Proposed)
            return TakeReply(key, value);
        if (key.Kind == KeyKind.DeclaredText || (key.Senders & KeySenders.Initiator) == 0)
            return NegotiationFault.None;
        if (IsReserved(value))
            return NegotiationFault.ReservedValueProposed;
        if (key.Kind == KeyKind.FixedAnswer)
        {
            answer = key.Answer;
            return NegotiationFault.None;
        }

        if (IsIrrelevant(key))
        {
            answer = KeyTable.Irrelevant;
            return NegotiationFault.None;
        }

        if (key.Kind == KeyKind.DeclaredNumber)
        {
            if (!TryParse(key, value, out var declared))
                return NegotiationFault.DeclaredValueNotAdmissible;
            Agree(key, declared);
            return NegotiationFault.None;
        }

        // What is no admissible value is answered Reject and leaves the key at its default (RFC 7143 6.2.2).
        if (!TryChoose(key, value, out var chosen))
        {
            answer = KeyTable.Reject;
            return NegotiationFault.None;
        }

        Agree(key, chosen);
        answer = key.Format(chosen);
        return NegotiationFault.None;
    }

    private bool TryChoose(KeyDefinition key, string value, out ulong chosen)
    {
        var own = key.Own(Own);
        if (key.Kind == KeyKind.List)
            return TryChooseFromList(key, value, own, out chosen);
        if (!TryParse(key, value, out var proposed))
        {
            chosen = 0;
            return false;
        }

        chosen = key.Kind switch
        {
            KeyKind.Minimum => Math.Min(proposed, own),
            KeyKind.Maximum => Math.Max(proposed, own),
            KeyKind.And => proposed & own,
            _ => proposed | own,
        };
        if (key.Id == KeyId.FirstBurstLength)
            chosen = Math.Min(chosen, Value(KeyId.MaxBurstLength));
        return true;
    }

    private static bool TryChooseFromList(KeyDefinition key, string value, ulong allowed, out ulong chosen)
    {
        foreach (var range in value.AsSpan().Split(','))
        {
            for (var i = 0; i < key.Values.Count; i++)
            {
                if ((allowed & (1UL << i)) != 0 && value.AsSpan(range).SequenceEqual(key.Values[i]))
                {
                    chosen = (ulong)i;
                    return true;
                }
            }
        }

        chosen = 0;
        return false;
    }

    private static bool TryParse(KeyDefinition key, string value, out ulong number)
    {
        if (key.Kind is KeyKind.And or KeyKind.Or)
        {
            number = value == "Yes" ? 1UL : 0;
            return value is "Yes" or "No";
        }

        return TextNumber.TryParse(value, out number) && number >= key.Min && number <= key.Max;
    }

    private NegotiationFault TakeReply(KeyDefinition key, string value)
    {
        ref var state = ref _states[(int)key.Id];
        var proposed = state.Value;
        state.Proposed = false;
        if (value == KeyTable.Irrelevant)
            return NegotiationFault.None;

        // An answer is admissible if the key's rule could have made it from what was proposed.
        if (!TryChoose(key, value, out var agreed) || !Says(key, value, agreed) || Combine(key, agreed, proposed) != agreed)
            return NegotiationFault.AnswerNotAdmissible;
        Agree(key, agreed);
        return NegotiationFault.None;
    }

    // The same number may be written in two ways.
    private static bool Says(KeyDefinition key, string value, ulong agreed) => key.Kind == KeyKind.List
        ? value == key.Format(agreed)
        : TryParse(key, value, out var number) && number == agreed;

    private static ulong Combine(KeyDefinition key, ulong answer, ulong proposed) => key.Kind switch
    {
        KeyKind.Minimum => Math.Min(answer, proposed),
        KeyKind.Maximum => Math.Max(answer, proposed),
        KeyKind.And => answer & proposed,
        KeyKind.Or => answer | proposed,
        _ => proposed,
    };

    private bool IsIrrelevant(KeyDefinition key)
    {
        if (SessionType == IscsiSessionType.Discovery)
            return key.DiscoveryIrrelevant;

        // RFC 7143 13.14; only once both are known, or it might yet become relevant.
        return key.Id == KeyId.FirstBurstLength
            && AgreedValue(KeyId.InitialR2T) is not null
            && AgreedValue(KeyId.ImmediateData) is not null
            && !IsUnsolicitedDataPossible();
    }

    private bool IsUnsolicitedDataPossible() => Value(KeyId.InitialR2T) == 0 || Value(KeyId.ImmediateData) != 0;

    private bool IsSettledOrMoot(KeyDefinition key) =>
        _states[(int)key.Id].HasValue
        || (SessionType == IscsiSessionType.Discovery && key.DiscoveryIrrelevant)
        || (key.Id == KeyId.FirstBurstLength && !IsUnsolicitedDataPossible());

    private bool NeedsProposal(KeyDefinition key)
    {
        ref readonly var state = ref _states[(int)key.Id];
        return key.ProposeIfDefaultUnacceptable && !state.Received && !state.Proposed && !IsSettledOrMoot(key)
            && !key.IsDefaultAcceptable(Own);
    }
}
