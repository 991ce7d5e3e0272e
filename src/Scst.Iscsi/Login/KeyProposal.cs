namespace Scst.Iscsi.Login;

/// <summary>One pair received; <see cref="Definition"/> is null for a key not in <see cref="KeyTable"/>.</summary>
internal readonly record struct KeyProposal(KeyDefinition? Definition, string Key, string Value);
