namespace Scst.Iscsi.Login;

/// <summary>The operational parameters a login has agreed on (RFC 7143 13). Lengths are bytes, times seconds.</summary>
internal sealed record NegotiatedParameters
{
    public required bool HeaderDigest { get; init; }

    public required bool DataDigest { get; init; }

    /// <summary>The longest data segment this target may send.</summary>
    public required int InitiatorMaxRecvDataSegmentLength { get; init; }

    /// <summary>The longest data segment the initiator may send; 8192 if the login never got to declaring another.</summary>
    public required int TargetMaxRecvDataSegmentLength { get; init; }

    public required int MaxBurstLength { get; init; }

    /// <summary>Never more than <see cref="MaxBurstLength"/>.</summary>
    public required int FirstBurstLength { get; init; }

    public required bool InitialR2T { get; init; }

    public required bool ImmediateData { get; init; }

    public required int MaxOutstandingR2T { get; init; }

    public required int DefaultTime2Wait { get; init; }

    public required int DefaultTime2Retain { get; init; }

    public required TaskReporting TaskReporting { get; init; }

    /// <summary>iSCSIProtocolLevel: 2 allows what RFC 7144 adds.</summary>
    public required int ProtocolLevel { get; init; }
}
