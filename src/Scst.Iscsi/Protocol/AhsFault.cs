namespace Scst.Iscsi.Protocol;

/// <summary>What is wrong with the additional header segments of a PDU.</summary>
internal enum AhsFault : byte
{
    None = 0,
    Truncated,
    UnknownType,
    BadLength,
    Duplicate,
}
