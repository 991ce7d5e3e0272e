namespace Scst.Iscsi.Protocol;

/// <summary>What is wrong with the text of a Login or Text Request (RFC 7143 6.1).</summary>
internal enum TextFault : byte
{
    None = 0,
    MissingTerminator,
    MissingEquals,
    EmptyKey,
    KeyTooLong,
    InvalidKeyCharacter,
    ValueTooLong,
    InvalidUtf8,
}
