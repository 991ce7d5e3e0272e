using System;
using System.Collections.Generic;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Login;

/// <summary>One row of <see cref="KeyTable"/>.</summary>
internal sealed record KeyDefinition(KeyId Id, string Name, KeyKind Kind, KeySenders Senders, KeyPhases Phases)
{
    /// <summary>LO: only on the connection that opens the session (RFC 7143 13).</summary>
    public bool LeadingOnly { get; init; }

    /// <summary>"Irrelevant when: SessionType=Discovery".</summary>
    public bool DiscoveryIrrelevant { get; init; }

    /// <summary>
    /// May be said again, unchanged, in a later request of the login. RFC 7143 6.3 forbids it, but libiscsi (and with it
    /// QEMU) names itself in both stages, and a name that stays the same renegotiates nothing.
    /// </summary>
    public bool RepeatableUnchanged { get; init; }

    /// <summary>Least number allowed.</summary>
    public ulong Min { get; init; }

    /// <summary>Greatest number allowed.</summary>
    public ulong Max { get; init; }

    /// <summary>The value if the key is never negotiated: a number, 0 or 1 for No or Yes, or an index into <see cref="Values"/>.</summary>
    public ulong Default { get; init; }

    /// <summary>The values of a list that this implementation knows.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The answer to an obsolete key.</summary>
    public string Answer { get; init; } = "";

    /// <summary>
    /// What this target wants: a number, 0 or 1 for No or Yes, or the allowed <see cref="Values"/> as bits (bit n for
    /// value n).
    /// </summary>
    public Func<IscsiParameters, ulong> Own { get; init; } = static _ => 0;

    /// <summary>This target proposes the key itself if the initiator has not and the default would not do.</summary>
    public bool ProposeIfDefaultUnacceptable { get; init; }

    /// <summary>Whether the default value is within what the target wants.</summary>
    public bool IsDefaultAcceptable(IscsiParameters own) => Kind switch
    {
        KeyKind.Minimum => Default <= Own(own),
        KeyKind.Maximum => Default >= Own(own),
        KeyKind.And => Default == 0 || Own(own) != 0,
        KeyKind.Or => Default != 0 || Own(own) == 0,
        KeyKind.List => (Own(own) & (1UL << (int)Default)) != 0,
        _ => true,
    };

    /// <summary>A value as it is written in an answer or a proposal.</summary>
    public string Format(ulong value) => Kind switch
    {
        KeyKind.And or KeyKind.Or => TextKeyWriter.Format(value != 0),
        KeyKind.List => Values[(int)value],
        _ => TextKeyWriter.Format(value),
    };
}
