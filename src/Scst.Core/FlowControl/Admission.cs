using Scst.Protocol;

namespace Scst;

/// <summary>
/// Decides whether a command may enter its logical unit. For now a fixed depth per I_T_L nexus; the seam where a queue
/// depth that follows the backstore comes in: <see cref="DepthGate{T}"/> and <see cref="DepthController"/>, which the engine does not
/// use yet.
/// </summary>
internal sealed class Admission
{
    private readonly int _depth;

    internal Admission(int depth) => _depth = depth;

    /// <summary>Lets a command in.</summary>
    /// <returns>Null, or the status that refuses it.</returns>
    internal ScsiStatus? TryAdmit(LunNexus nexus) => nexus.TryAdmit(_depth) ? null : ScsiStatus.TaskSetFull;

    /// <summary>
    /// For a command that was let in but finds no memory: TASK SET FULL to an initiator that has other commands here, whose
    /// end tells it to go on; BUSY to one that has none (SAM-6 5.3.1).
    /// </summary>
    internal static ScsiStatus StatusFor(LunNexus nexus) => nexus.Outstanding > 1 ? ScsiStatus.TaskSetFull : ScsiStatus.Busy;
}
