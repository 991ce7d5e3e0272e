using System;

namespace Scst;

/// <summary>
/// Which initiators a group is for. Every pattern (<see cref="InitiatorPattern"/>) that the rule has must match; one that it
/// does not have matches all.
/// </summary>
public sealed record InitiatorRule
{
    private const char PortalSeparator = '#';

    /// <summary>The initiator port's name.</summary>
    public string Name { get; init; } = "*";

    /// <summary>The target portal; null for any, also for none.</summary>
    public string? Portal { get; init; }

    /// <summary>The name that the initiator has proved to own; null for any, also for one that was not authenticated.</summary>
    public string? AuthenticatedName { get; init; }

    /// <summary>
    /// A rule from a string: a pattern for the name, or two patterns <c>name#portal</c>. No transport has <c>#</c> in a name.
    /// </summary>
    /// <param name="pattern">The string.</param>
    /// <exception cref="ArgumentException"><paramref name="pattern"/> is empty.</exception>
    public static InitiatorRule FromString(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        int separator = pattern.IndexOf(PortalSeparator);
        return separator < 0
            ? new InitiatorRule { Name = pattern }
            : new InitiatorRule { Name = pattern.Substring(0, separator), Portal = pattern.Substring(separator + 1) };
    }

    /// <inheritdoc cref="FromString"/>
    public static implicit operator InitiatorRule(string pattern) => FromString(pattern);

    /// <summary>Whether the rule is for this initiator.</summary>
    /// <param name="initiator">Who opens a session.</param>
    /// <exception cref="ArgumentNullException"><paramref name="initiator"/> is null.</exception>
    public bool IsMatch(InitiatorIdentity initiator)
    {
        ArgumentNullException.ThrowIfNull(initiator);
        return InitiatorPattern.IsMatch(Name, initiator.Name)
            && IsMatch(Portal, initiator.Portal)
            && IsMatch(AuthenticatedName, initiator.AuthenticatedName);
    }

    /// <summary>The rule as <see cref="FromString"/> reads it, and the authenticated name if it has one.</summary>
    public override string ToString()
    {
        string text = Portal is null ? Name : $"{Name}{PortalSeparator}{Portal}";
        return AuthenticatedName is null ? text : $"{text} authenticated as {AuthenticatedName}";
    }

    // What an initiator does not have matches no pattern, also not one that is turned round: "not from this portal" is said
    // of initiators that come through portals, and "not this account" must not let in one without any.
    private static bool IsMatch(string? pattern, string? value) =>
        pattern is null || (value is not null && InitiatorPattern.IsMatch(pattern, value));
}
