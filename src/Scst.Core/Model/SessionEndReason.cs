namespace Scst;

/// <summary>Why a session ended; used alike in logs, metrics and events.</summary>
public enum SessionEndReason
{
    /// <summary>The initiator logged out.</summary>
    Logout,

    /// <summary>The connection broke.</summary>
    ConnectionLost,

    /// <summary>The initiator opened the same session anew.</summary>
    Reinstated,

    /// <summary>The initiator broke the transport's protocol.</summary>
    ProtocolError,

    /// <summary>The initiator did not answer in time.</summary>
    Timeout,

    /// <summary>The target or the engine is being stopped.</summary>
    Shutdown,

    /// <summary>The session was reset by a task management function.</summary>
    Reset,
}
