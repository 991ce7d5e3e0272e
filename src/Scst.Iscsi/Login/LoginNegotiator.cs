using System;
using System.Collections.Generic;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Login;

/// <summary>
/// The login phase of one connection, as the target sees it (RFC 7143 6.3): requests go in, responses and at last a result
/// come out. No I/O, no clock. After each <see cref="Process"/> the caller numbers and sends the response with
/// <see cref="WriteResponse"/>, its data segment being <see cref="ResponseText"/>.
/// </summary>
internal sealed class LoginNegotiator
{
    /// <summary>In both directions the data segments of the login phase are limited to this (RFC 7143 6.3).</summary>
    public const int MaxDataSegmentLength = KeyTable.DefaultMaxRecvDataSegmentLength;

    /// <summary>More requests than that are no login; six must be allowed (RFC 7143 6.2).</summary>
    public const int MaxRequests = 128;

    // Room enough for every key this target may propose.
    private const int ProposalRoom = 512;

    private readonly ILoginPolicy _policy;
    private readonly KeyNegotiation _keys = new();
    private readonly TextBuffer _request = new();
    private readonly TextBuffer _response = new();
    private int _responseSent;
    private int _responseLength;
    private int _requests;
    private LoginIdentity? _identity;
    private ushort _portalGroupTag;
    private bool _declared;

    // What must not change from the first request to the last.
    private ulong _isid;
    private ushort _tsih;
    private ushort _connectionId;
    private uint _initiatorTaskTag;

    // The fields of the response.
    private bool _transit;
    private bool _continued;
    private LoginStage _nextStage;
    private LoginStage _responseStage;

    public LoginNegotiator(ILoginPolicy policy) => _policy = policy;

    public LoginState State { get; private set; }

    /// <summary>The status of the response at hand.</summary>
    public LoginStatus Status { get; private set; }

    /// <summary>Why the login has failed.</summary>
    public NegotiationFault Fault { get; private set; }

    /// <summary>The agreement, once <see cref="LoginStep.Complete"/> was returned.</summary>
    public LoginResult? Result { get; private set; }

    /// <summary>CmdSN of the first request: ExpCmdSN of the whole login phase and of what follows (RFC 7143 11.12.8).</summary>
    public SerialNumber32 InitialCmdSN { get; private set; }

    /// <summary>The data segment of the response; valid until the next request is processed.</summary>
    public ReadOnlySpan<byte> ResponseText => _response.Written.Slice(_responseSent - _responseLength, _responseLength);

    /// <summary>
    /// Takes a request and its data segment. A header whose DataSegmentLength exceeds <see cref="MaxDataSegmentLength"/> may
    /// be given with an empty data segment; it fails the login.
    /// </summary>
    public LoginStep Process(BasicHeader header, ReadOnlySpan<byte> dataSegment)
    {
        if (State is LoginState.Failed or LoginState.FullFeature)
            return LoginStep.Close;
        if (header.Opcode != IscsiOpcode.LoginRequest)
            return RefuseOther();

        var request = new LoginRequestPdu(header);
        if (State == LoginState.Start)
            Remember(request);
        BeginResponse(request.CurrentStage);
        var fault = CheckRequest(request, dataSegment);
        if (fault == NegotiationFault.UnsupportedVersion)
            return Fail(LoginStatus.UnsupportedVersion, fault);
        if (fault != NegotiationFault.None)
            return Fail(LoginStatus.InitiatorError, fault);
        State = request.CurrentStage == LoginStage.SecurityNegotiation ? LoginState.Security : LoginState.Operational;

        if (_responseSent < _response.Length)
        {
            // The request only asks for the rest of the last response (RFC 7143 6.2).
            if (!dataSegment.IsEmpty || request.Continue)
                return Fail(LoginStatus.InitiatorError, NegotiationFault.DataDuringContinuedResponse);
            return Respond(request);
        }

        _response.Clear();
        _responseSent = 0;
        if (!_request.TryAppend(dataSegment))
            return Fail(LoginStatus.InitiatorError, NegotiationFault.TextTooLong);
        if (request.Continue)
            return LoginStep.Respond;

        var step = Negotiate(request);
        _request.Clear();
        return step == LoginStep.Respond ? Respond(request) : step;
    }

    /// <summary>
    /// Refuses a login at its end, when the session could not be set up, or at any time before. Send the response and close.
    /// </summary>
    public LoginStep Refuse(LoginStatus status)
    {
        if (status == LoginStatus.Success)
            throw new ArgumentException("A refusal has a reason.", nameof(status));
        Result = null;
        return Fail(status, NegotiationFault.RefusedByPolicy);
    }

    /// <summary>
    /// Writes the header of the response at hand. <paramref name="tsih"/> is that of the session and goes out only in the
    /// final response; before, the initiator's own is returned (RFC 7143 11.13.3).
    /// </summary>
    public void WriteResponse(Span<byte> header, in TargetNumbers numbers, ushort tsih = 0) => LoginResponsePdu.Write(
        header, _transit, _continued, _responseStage, _nextStage, _isid, State == LoginState.FullFeature && tsih != 0 ? tsih : _tsih,
        _initiatorTaskTag, numbers, Status, _responseLength);

    private static bool IsLegalTransition(LoginStage from, LoginStage to) =>
        to is LoginStage.LoginOperationalNegotiation or LoginStage.FullFeaturePhase && to > from;

    private static LoginStatus StatusOf(NegotiationFault fault) => fault switch
    {
        NegotiationFault.InitiatorNameMissing or NegotiationFault.TargetNameMissing => LoginStatus.MissingParameter,
        NegotiationFault.TargetNameInvalid => LoginStatus.NotFound,
        NegotiationFault.UnknownSessionType => LoginStatus.SessionTypeNotSupported,
        NegotiationFault.NoCommonAuthMethod => LoginStatus.AuthenticationFailure,
        _ => LoginStatus.InitiatorError,
    };

    private void Remember(LoginRequestPdu request)
    {
        _isid = request.Isid;
        _tsih = request.Tsih;
        _connectionId = request.ConnectionId;
        _initiatorTaskTag = request.Header.InitiatorTaskTag;
        InitialCmdSN = request.CmdSN;
    }

    private void BeginResponse(LoginStage stage)
    {
        _transit = false;
        _continued = false;
        _nextStage = default;
        _responseStage = stage;
        _responseLength = 0;
        Status = LoginStatus.Success;
    }

    private NegotiationFault CheckRequest(LoginRequestPdu request, ReadOnlySpan<byte> dataSegment)
    {
        // The version of the first request holds for the whole login (RFC 7143 11.12.4).
        if (State == LoginState.Start && request.VersionMin > 0)
            return NegotiationFault.UnsupportedVersion;
        if (++_requests > MaxRequests)
            return NegotiationFault.TooManyRequests;
        if (request.Header.DataSegmentLength > MaxDataSegmentLength || dataSegment.Length > MaxDataSegmentLength)
            return NegotiationFault.DataSegmentTooLong;
        if (request.Isid != _isid || request.Tsih != _tsih || request.ConnectionId != _connectionId
            || request.Header.InitiatorTaskTag != _initiatorTaskTag)
            return NegotiationFault.IdentityChanged;
        if (request.Continue && request.Transit)
            return NegotiationFault.ContinueAndTransit;
        var stageFits = State switch
        {
            LoginState.Start => request.CurrentStage is LoginStage.SecurityNegotiation or LoginStage.LoginOperationalNegotiation,
            LoginState.Security => request.CurrentStage == LoginStage.SecurityNegotiation,
            _ => request.CurrentStage == LoginStage.LoginOperationalNegotiation,
        };
        if (!stageFits)
            return NegotiationFault.IllegalStage;
        return request.Transit && !IsLegalTransition(request.CurrentStage, request.NextStage)
            ? NegotiationFault.IllegalTransition
            : NegotiationFault.None;
    }

    /// <summary>Handles one whole logical text data segment.</summary>
    private LoginStep Negotiate(LoginRequestPdu request)
    {
        var phase = State == LoginState.Security ? KeyPhases.Security : KeyPhases.Operational;
        var proposals = new List<KeyProposal>();
        var fault = _keys.Collect(_request.Written, phase, _tsih == 0, proposals);
        if (fault == NegotiationFault.None && _identity is null)
        {
            fault = Identify(proposals, out var identity);
            if (fault == NegotiationFault.None)
            {
                var step = Authorize(identity!);
                if (step != LoginStep.Respond)
                    return step;
            }
        }

        if (fault == NegotiationFault.None)
            fault = _keys.Answer(proposals, _response);

        // "None" is the only method here; a proposal without it has been answered Reject, which no login survives.
        if (fault == NegotiationFault.None && _keys.WasReceived(KeyId.AuthMethod) && _keys.AgreedValue(KeyId.AuthMethod) is null)
            fault = NegotiationFault.NoCommonAuthMethod;
        if (fault == NegotiationFault.None && State == LoginState.Operational)
            fault = Declare();
        return fault == NegotiationFault.None ? LoginStep.Respond : Fail(StatusOf(fault), fault);
    }

    private NegotiationFault Identify(List<KeyProposal> proposals, out LoginIdentity? identity)
    {
        identity = null;
        string? initiator = null, target = null, alias = null, sessionType = null;
        foreach (var proposal in proposals)
        {
            switch (proposal.Definition?.Id)
            {
                case KeyId.InitiatorName:
                    initiator = proposal.Value;
                    break;
                case KeyId.TargetName:
                    target = proposal.Value;
                    break;
                case KeyId.InitiatorAlias:
                    alias = proposal.Value;
                    break;
                case KeyId.SessionType:
                    sessionType = proposal.Value;
                    break;
            }
        }

        if (initiator is null)
            return NegotiationFault.InitiatorNameMissing;
        if (!IscsiName.TryNormalize(initiator, out initiator))
            return NegotiationFault.InitiatorNameInvalid;
        if (sessionType is not (null or KeyTable.NormalSession or KeyTable.DiscoverySession))
            return NegotiationFault.UnknownSessionType;
        var discovery = sessionType == KeyTable.DiscoverySession;
        if (target is null && !discovery)
            return NegotiationFault.TargetNameMissing;
        if (target is not null && !IscsiName.TryNormalize(target, out target))
            return NegotiationFault.TargetNameInvalid;

        identity = new LoginIdentity
        {
            SessionType = discovery ? IscsiSessionType.Discovery : IscsiSessionType.Normal,
            InitiatorName = initiator,
            TargetName = target,
            InitiatorAlias = alias,
            Isid = _isid,
            Tsih = _tsih,
            ConnectionId = _connectionId,
        };
        return NegotiationFault.None;
    }

    private LoginStep Authorize(LoginIdentity identity)
    {
        var decision = _policy.Authorize(identity);
        if (decision.Status != LoginStatus.Success)
            return Fail(decision.Status, NegotiationFault.RefusedByPolicy, decision.RedirectAddress);
        var status = _policy.CheckSession(identity);
        if (status != LoginStatus.Success)
            return Fail(status, NegotiationFault.RefusedByPolicy);

        _identity = identity;
        _portalGroupTag = decision.PortalGroupTag;
        _keys.Own = decision.Parameters;
        _keys.SessionType = identity.SessionType;

        // With the first response that may carry text, in every type of session (RFC 7143 6.3.1).
        var writer = new TextKeyWriter(_response);
        var written = writer.TryAdd(KeyTable.Get(KeyId.TargetPortalGroupTag).Name, TextKeyWriter.Format(_portalGroupTag));
        if (decision.TargetAlias is { } alias && identity.SessionType == IscsiSessionType.Normal)
            written &= writer.TryAdd(KeyTable.Get(KeyId.TargetAlias).Name, alias);
        return written ? LoginStep.Respond : Fail(LoginStatus.TargetError, NegotiationFault.TextTooLong);
    }

    private NegotiationFault Declare()
    {
        if (_declared)
            return NegotiationFault.None;
        _declared = true;
        var name = KeyTable.Get(KeyId.MaxRecvDataSegmentLength).Name;
        return new TextKeyWriter(_response).TryAdd(name, TextKeyWriter.Format((ulong)_keys.Own.MaxRecvDataSegmentLength))
            ? NegotiationFault.None
            : NegotiationFault.TextTooLong;
    }

    /// <summary>Sends as much of the pending text as fits and, when none is left, agrees to the transition asked for.</summary>
    private LoginStep Respond(LoginRequestPdu request)
    {
        _responseLength = Math.Min(_response.Length - _responseSent, MaxDataSegmentLength);
        _responseSent += _responseLength;
        _continued = _responseSent < _response.Length;
        if (_continued || !request.Transit)
            return LoginStep.Respond;

        var toFullFeature = request.NextStage == LoginStage.FullFeaturePhase;
        if (toFullFeature && State == LoginState.Operational)
        {
            if (_keys.HasUnansweredProposal)
                return Fail(LoginStatus.InitiatorError, NegotiationFault.ProposalUnanswered);
            if (_keys.NeedsProposal())
            {
                Propose();
                return LoginStep.Respond;
            }
        }

        // A target may choose a nearer stage than the initiator asked for (RFC 7143 6.3).
        var skipsNegotiation = State == LoginState.Security && toFullFeature;
        if (!toFullFeature || (skipsNegotiation && _keys.NeedsProposal()))
        {
            Transit(LoginStage.LoginOperationalNegotiation);
            State = LoginState.Operational;
            return LoginStep.Respond;
        }

        var fault = _keys.Conclude(_declared, out var parameters);
        if (fault != NegotiationFault.None)
            return Fail(StatusOf(fault), fault);
        Transit(LoginStage.FullFeaturePhase);
        State = LoginState.FullFeature;
        Result = new LoginResult(_identity!, parameters!, _portalGroupTag, InitialCmdSN);
        return LoginStep.Complete;
    }

    /// <summary>Adds this target's proposals to the response; if they don't fit, the initiator's next request gets them.</summary>
    private void Propose()
    {
        if (_responseLength > MaxDataSegmentLength - ProposalRoom)
            return;
        _keys.Propose(_response);
        _responseLength += _response.Length - _responseSent;
        _responseSent = _response.Length;
    }

    private void Transit(LoginStage next)
    {
        _transit = true;
        _nextStage = next;
    }

    private LoginStep RefuseOther()
    {
        // Before the login has begun the connection is dropped without an answer (RFC 7143 6.3).
        if (State == LoginState.Start)
        {
            State = LoginState.Failed;
            Fault = NegotiationFault.NotALoginRequest;
            return LoginStep.Close;
        }

        return Fail(LoginStatus.InvalidDuringLogin, NegotiationFault.NotALoginRequest);
    }

    private LoginStep Fail(LoginStatus status, NegotiationFault fault, string? redirectAddress = null)
    {
        // T, CSG and NSG are reserved in a reject (RFC 7143 6.3.1).
        BeginResponse(default);
        _request.Clear();
        _response.Clear();
        _responseSent = 0;
        if (redirectAddress is not null && new TextKeyWriter(_response).TryAdd(KeyTable.Get(KeyId.TargetAddress).Name, redirectAddress))
        {
            _responseLength = Math.Min(_response.Length, MaxDataSegmentLength);
            _responseSent = _responseLength;
        }

        State = LoginState.Failed;
        Status = status;
        Fault = fault;
        return LoginStep.RespondAndClose;
    }
}
