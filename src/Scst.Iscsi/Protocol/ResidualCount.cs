namespace Scst.Iscsi.Protocol;

/// <summary>A residual count in bytes with its direction (RFC 7143 11.4.5).</summary>
internal readonly record struct ResidualCount(IscsiResidualKind Kind, uint Count)
{
    /// <summary>
    /// What is left over when the initiator expected <paramref name="expected"/> bytes and the command moves
    /// <paramref name="actual"/>.
    /// </summary>
    public static ResidualCount Between(uint expected, ulong actual)
    {
        if (actual == expected)
            return default;
        if (actual < expected)
            return new ResidualCount(IscsiResidualKind.Underflow, expected - (uint)actual);
        var over = actual - expected;
        return new ResidualCount(IscsiResidualKind.Overflow, over > uint.MaxValue ? uint.MaxValue : (uint)over);
    }
}
