using System;

namespace Scst;

/// <summary>Who opens a session, and where: what access control rules are evaluated against.</summary>
public sealed record InitiatorIdentity
{
    /// <summary>Describes an initiator port.</summary>
    /// <param name="name">The initiator port's name as the transport gives it.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public InitiatorIdentity(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>The initiator port's name as the transport gives it.</summary>
    public string Name { get; }

    /// <summary>
    /// The target portal that the initiator came through, as the driver writes it (iSCSI: the IP address, without the TCP
    /// port); null where the transport has none.
    /// </summary>
    public string? Portal { get; init; }

    /// <summary>The name that the initiator has proved to own (iSCSI: CHAP_N); null if it was not authenticated.</summary>
    public string? AuthenticatedName { get; init; }

    /// <summary>An initiator port of which nothing but its name is known.</summary>
    /// <param name="name">The initiator port's name as the transport gives it.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static InitiatorIdentity FromString(string name) => new(name);

    /// <inheritdoc cref="FromString"/>
    public static implicit operator InitiatorIdentity(string name) => FromString(name);

    /// <inheritdoc cref="Name"/>
    public override string ToString() => Name;
}
