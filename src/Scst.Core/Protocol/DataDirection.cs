namespace Scst.Protocol;

/// <summary>Which way a command moves data.</summary>
public enum DataDirection : byte
{
    /// <summary>The command moves no data.</summary>
    None = 0,

    /// <summary>Data-In: from the target to the initiator (a read).</summary>
    ToInitiator = 1,

    /// <summary>Data-Out: from the initiator to the target (a write).</summary>
    FromInitiator = 2,
}
