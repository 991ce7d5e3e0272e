namespace Scst.Iscsi.Login;

/// <summary>How the value of a key comes about (RFC 7143 6.2).</summary>
internal enum KeyKind : byte
{
    /// <summary>Declared text; what it means is for the login or text negotiator. No answer.</summary>
    DeclaredText = 0,

    /// <summary>Declared number, each side for itself. No answer.</summary>
    DeclaredNumber,

    /// <summary>The first value of the proposer's list that the acceptor supports.</summary>
    List,

    /// <summary>The smaller number.</summary>
    Minimum,

    /// <summary>The greater number.</summary>
    Maximum,

    /// <summary>Yes if both say Yes.</summary>
    And,

    /// <summary>Yes if one says Yes.</summary>
    Or,

    /// <summary>Obsolete: always the same answer (RFC 7143 13.25).</summary>
    FixedAnswer,
}
