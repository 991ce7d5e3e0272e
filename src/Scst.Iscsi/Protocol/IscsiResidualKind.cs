namespace Scst.Iscsi.Protocol;

/// <summary>Which of the residual bits (O, U; RFC 7143 11.4.1) is set.</summary>
internal enum IscsiResidualKind : byte
{
    None = 0,
    Underflow = 1,
    Overflow = 2,
}
