namespace Scst.Iscsi.Diagnostics;

/// <summary>Why a connection ended; in the log of every end.</summary>
internal enum ConnectionEndReason
{
    /// <summary>It has not ended.</summary>
    None = 0,

    /// <summary>The initiator logged out.</summary>
    Logout,

    /// <summary>The initiator closed the connection, or the network did.</summary>
    ConnectionLost,

    /// <summary>The initiator logged in to the same session anew (RFC 7143 6.3.5).</summary>
    Reinstated,

    /// <summary>The initiator broke the protocol; the detail names the rule.</summary>
    ProtocolError,

    /// <summary>A header digest did not match (RFC 7143 7.7).</summary>
    HeaderDigestError,

    /// <summary>The login was refused; the detail says why.</summary>
    LoginFailed,

    /// <summary>The login took too long.</summary>
    LoginTimeout,

    /// <summary>It was the oldest login when too many were under way.</summary>
    TooManyLogins,

    /// <summary>No answer to a NOP-In.</summary>
    NopTimeout,

    /// <summary>Data that the initiator owed did not come.</summary>
    DataOutTimeout,

    /// <summary>The initiator asks but does not take the answers.</summary>
    SendBacklog,

    /// <summary>Data that a logical unit had lent could not be read when it was partly sent.</summary>
    MediumFault,

    /// <summary>TARGET COLD RESET (RFC 7143 11.5.1).</summary>
    TargetReset,

    /// <summary>The target was removed.</summary>
    TargetRemoved,

    /// <summary>The driver is being stopped.</summary>
    Shutdown,

    /// <summary>A fault of this driver; logged with its exception.</summary>
    InternalError,
}
