namespace Scst.Iscsi.Login;

/// <summary>Why a login or a text negotiation failed; for the log and the counters.</summary>
internal enum NegotiationFault : byte
{
    None = 0,

    // The text.
    MalformedText,
    TextTooLong,
    TooManyKeys,
    DuplicateKey,
    KeyInWrongStage,
    KeyFromWrongSide,
    KeyOnlyOnLeadingConnection,
    ReservedValueProposed,
    DeclaredValueNotAdmissible,
    AnswerNotAdmissible,
    ProposalUnanswered,
    RequiredValueRefused,
    FirstBurstExceedsMaxBurst,
    SendTargetsNotAlone,

    // The requests.
    NotALoginRequest,
    UnsupportedVersion,
    DataSegmentTooLong,
    DataDuringContinuedResponse,
    ContinueAndTransit,
    IllegalStage,
    IllegalTransition,
    IdentityChanged,
    TooManyRequests,
    StaleTransferTag,

    // Who wants what.
    InitiatorNameMissing,
    InitiatorNameInvalid,
    TargetNameMissing,
    TargetNameInvalid,
    UnknownSessionType,
    NoCommonAuthMethod,
    RefusedByPolicy,
}
