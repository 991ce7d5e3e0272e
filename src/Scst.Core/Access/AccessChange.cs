using System.Collections.Generic;
using System.Threading.Tasks;

namespace Scst;

/// <summary>A change of who may see what, applied: no command that is submitted from now on can use an old LUN map.</summary>
public sealed class AccessChange
{
    internal AccessChange(TargetOptions options, IReadOnlyList<Session> reassigned, Task drained)
    {
        Options = options;
        Reassigned = reassigned;
        Drained = drained;
    }

    /// <summary>What is in force now.</summary>
    public TargetOptions Options { get; }

    /// <summary>The sessions whose group or LUN map is another one now.</summary>
    public IReadOnlyList<Session> Reassigned { get; }

    /// <summary>
    /// Completes when no command is left of the I_T_L nexuses that the change took away, and their responses are out of the
    /// way. A command that is stuck in its handler holds this up, and nothing else.
    /// </summary>
    public Task Drained { get; }
}
