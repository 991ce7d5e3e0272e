namespace Scst;

/// <summary>How the transferred length differs from what the initiator expected.</summary>
public enum ResidualKind : byte
{
    /// <summary>They are equal, or the transport states no expected length.</summary>
    None,

    /// <summary>Fewer bytes were transferred than the initiator expected.</summary>
    Underflow,

    /// <summary>The command would have transferred more than the initiator expected.</summary>
    Overflow,
}
