namespace Scst.Iscsi.Login;

/// <summary>TaskReporting (RFC 7143 13.23), in the order of <see cref="KeyTable"/>'s names.</summary>
internal enum TaskReporting : byte
{
    Rfc3720 = 0,
    ResponseFence,
    FastAbort,
}
