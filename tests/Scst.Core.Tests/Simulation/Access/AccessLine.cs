using System.Threading.Tasks;

namespace Scst.Tests.Simulation.Access;

/// <summary>
/// What one LUN is for one session from one change to the next: an I_T_L nexus as long as the logical unit stays the same.
/// </summary>
internal sealed class AccessLine
{
    internal required int Unit { get; init; }

    internal required bool IsReadOnly { get; set; }

    internal required int Since { get; init; }

    /// <summary>When it was taken away; 0 while it is there.</summary>
    internal int Until { get; set; }

    /// <summary>Completes when nothing of it is left, after it was taken away.</summary>
    internal Task? Drained { get; set; }

    /// <summary>When it last became read-only or writable.</summary>
    internal int ProtectionChanged { get; set; }

    /// <summary>
    /// Whether the initiator has heard of the power on of this nexus; null if a command that was on its way while the map
    /// changed may have heard of it.
    /// </summary>
    internal bool? WasTold { get; set; } = false;
}
