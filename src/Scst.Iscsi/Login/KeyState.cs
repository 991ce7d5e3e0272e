namespace Scst.Iscsi.Login;

/// <summary>How far the negotiation of one key has come.</summary>
internal struct KeyState
{
    /// <summary>The initiator has sent it: once more would be a renegotiation.</summary>
    public bool Received;

    /// <summary>This target has proposed <see cref="Value"/> and has no answer yet.</summary>
    public bool Proposed;

    /// <summary><see cref="Value"/> is agreed or declared, and no longer the default.</summary>
    public bool HasValue;

    public ulong Value;

    /// <summary>What was declared, of keys that may be said again.</summary>
    public string? Text;

    /// <summary>The logical text data segment it came in.</summary>
    public int Segment;
}
