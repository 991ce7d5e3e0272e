namespace Scst.Protocol;

/// <summary>What the transfer length field of a CDB counts.</summary>
public enum TransferUnit : byte
{
    /// <summary>The CDB has no transfer length field, or its handler alone knows what moves.</summary>
    None = 0,

    /// <summary>Bytes: ALLOCATION LENGTH or PARAMETER LIST LENGTH.</summary>
    Bytes = 1,

    /// <summary>Logical blocks.</summary>
    Blocks = 2,
}
