using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Scst;

/// <summary>
/// One change of the access control on its way through the sessions: it collects what they lose, and then sees to it that
/// nothing is left there. Sessions and logical units that it does not concern know nothing of it.
/// </summary>
internal sealed class Reassignment
{
    private readonly List<LunNexus> _gone = [];
    private readonly List<Session> _inventoryChanged = [];
    private readonly List<Session> _reassigned = [];

    /// <summary>Moves the sessions. When this returns, no new command can use an old map.</summary>
    internal void Apply(AccessTable table, IEnumerable<Session> sessions)
    {
        foreach (Session session in sessions)
        {
            (AccessControlGroup group, LunMap map) = table.Select(session.Initiator);
            if (session.Reassign(group, map, this))
                _reassigned.Add(session);
        }
#if NET
        // Changes are rare and commands are not, so this side pays for the fence of both (Session.Translate).
        Interlocked.MemoryBarrierProcessWide();
#else
        Interlocked.MemoryBarrier();
#endif
    }

    /// <summary>Tells the initiators, and ends what is left in the nexuses that are gone.</summary>
    internal AccessChange Complete(ScsiEngine engine, TargetOptions options, AccessChangePolicy policy)
    {
        Task drained = new NexusDrain(engine, this).BeginAsync(_gone, policy.DrainTime);
        foreach (Session session in _inventoryChanged)
            session.InventoryChanged(report: true);
        // A nexus that is stuck knows this change, and must not keep the others alive by that.
        _gone.Clear();
        _inventoryChanged.Clear();
        var change = new AccessChange(options, [.. _reassigned], drained);
        _reassigned.Clear();
        return change;
    }

    /// <summary>A session has lost a nexus.</summary>
    internal void Take(LunNexus nexus)
    {
        nexus.GoneWith = this;
        _gone.Add(nexus);
    }

    /// <summary>A session sees other logical units than before.</summary>
    internal void InventoryChanged(Session session) => _inventoryChanged.Add(session);
}
