namespace Scst.Iscsi.Login;

/// <summary>What the connection does after a request of the login phase.</summary>
internal enum LoginStep : byte
{
    /// <summary>Send the response and wait for the next request.</summary>
    Respond = 0,

    /// <summary>
    /// The initiator has nothing more to say. Set up (or reinstate) the session, then send the response with its TSIH and
    /// enter full feature phase; or call <see cref="LoginNegotiator.Refuse"/>, send that response and close.
    /// </summary>
    Complete,

    /// <summary>Send the response, which refuses the login, and close the connection.</summary>
    RespondAndClose,

    /// <summary>Close the connection without a word.</summary>
    Close,
}
