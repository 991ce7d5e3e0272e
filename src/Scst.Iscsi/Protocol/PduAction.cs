namespace Scst.Iscsi.Protocol;

/// <summary>What the target does with a PDU once its header has been looked at.</summary>
internal enum PduAction : byte
{
    Accept = 0,

    /// <summary>Read the PDU to its end, answer it with a Reject PDU, and go on (RFC 7143 7.13).</summary>
    Reject,

    /// <summary>A format error that makes the stream itself doubtful: drop the connection (RFC 7143 7.7).</summary>
    Terminate,
}
