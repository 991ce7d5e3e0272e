using System.Collections.Generic;

namespace Scst.Core.Tests.Reservations.Persistent;

/// <summary>What the model says to a command: a status, sense as key, ASC and ASCQ in one number, and what it does to others.</summary>
internal sealed record ModelAnswer(byte Status)
{
    public int Sense { get; init; }

    /// <summary>The byte that the field pointer names, or -1.</summary>
    public int Byte { get; init; } = -1;

    public Dictionary<NexusId, int> Attentions { get; init; } = [];

    public HashSet<NexusId> Aborts { get; init; } = [];

    public static ModelAnswer Good => new(0x00);

    public static ModelAnswer Conflict => new(0x18);

    public static ModelAnswer Check(int sense, int at = -1) => new(0x02) { Sense = sense, Byte = at };
}
