namespace Scst.Iscsi.Login;

/// <summary>Who logs in to what: everything that tells sessions and connections apart (RFC 7143 6.3.1).</summary>
internal sealed record LoginIdentity
{
    public required IscsiSessionType SessionType { get; init; }

    /// <summary>Normalized by <see cref="IscsiName"/>.</summary>
    public required string InitiatorName { get; init; }

    /// <summary>Normalized; null in a discovery session that names none.</summary>
    public required string? TargetName { get; init; }

    public required string? InitiatorAlias { get; init; }

    /// <summary>48 bits.</summary>
    public required ulong Isid { get; init; }

    /// <summary>0 asks for a new session, or to reinstate the one with the same names and ISID.</summary>
    public required ushort Tsih { get; init; }

    public required ushort ConnectionId { get; init; }
}
