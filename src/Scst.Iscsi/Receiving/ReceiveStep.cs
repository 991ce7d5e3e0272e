namespace Scst.Iscsi.Receiving;

/// <summary>What the receive loop does next.</summary>
internal enum ReceiveStep : byte
{
    /// <summary>Look at the next PDU.</summary>
    Next = 0,

    /// <summary>Receive more into the buffer.</summary>
    Fill,

    /// <summary>Receive the rest of a data segment to where it belongs.</summary>
    Stream,

    /// <summary>Carry out a logout.</summary>
    Logout,

    /// <summary>The connection is over.</summary>
    End,
}
