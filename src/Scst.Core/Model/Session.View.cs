using System.Collections.Generic;
using System.Threading;
using Scst.Protocol;

namespace Scst;

/// <content>What the session sees, and how that changes while it is used.</content>
public sealed partial class Session
{
    private SessionView _view;
    private string _groupName;

    /// <summary>The access control group whose LUN map the session has now.</summary>
    public string GroupName => Volatile.Read(ref _groupName);

    internal LunMap Map => Volatile.Read(ref _view).Map;

    /// <summary>The nexuses of the LUN map that were made.</summary>
    internal IEnumerable<LunNexus> Nexuses => Volatile.Read(ref _view).Nexuses;

    /// <summary>Whether the initiator is to be told that its LUN map has changed.</summary>
    internal InventoryAttention Inventory { get; } = new();

    /// <summary>Finds the nexus of a LUN, which is made if the map has the LUN.</summary>
    internal LunNexus? FindNexus(Lun lun)
    {
        while (true)
        {
            SessionView view = Volatile.Read(ref _view);
            int index = view.Map.IndexOf(lun);
            if (index < 0)
                return null;
            if (view[index] is { } nexus)
                return nexus;
            lock (_lock)
            {
                // Nobody would remove it from its logical unit if the view were an old one.
                if (view == _view)
                    return view[index] ?? MakeNexus(view, index);
            }
        }
    }

    /// <summary>
    /// Gives a command its nexus, or none, so that a change of the map either finds the command or is found by it.
    /// </summary>
    internal void Translate(ScsiCommand command)
    {
        TranslationProbe? probe = Engine.Options.Probe;
        SessionView view;
        do
        {
            view = Volatile.Read(ref _view);
            LunNexus? nexus = FindNexus(command.Lun);
            probe?.Found(command);
            command.Nexus = nexus;
#if !NET
            Interlocked.MemoryBarrier();
#endif
        }
        while (Volatile.Read(ref _view) != view && probe is not { TrustsOldViews: true } && command.TryForgetNexus());
    }

    /// <summary>
    /// Moves the session to another group and map. Nexuses that both maps have are kept as they are; those that are gone are
    /// handed over to the caller, and no command gets one of them once a process-wide fence has followed.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="map">Its map.</param>
    /// <param name="change">What takes nexuses away.</param>
    /// <returns>Whether anything was changed.</returns>
    internal bool Reassign(AccessControlGroup group, LunMap map, Reassignment change)
    {
        lock (_lock)
        {
            bool isSameMap = _view.Map.IsSameAs(map);
            if (_isFinished || (isSameMap && _groupName == group.Name))
                return false;
            Volatile.Write(ref _groupName, group.Name);
            if (!isSameMap)
                Volatile.Write(ref _view, MakeView(_view, map, change));
            return true;
        }
    }

    /// <summary>The set of logical units that the session sees has changed: the initiator is told once, whatever else follows.</summary>
    /// <param name="report">Whether to send an asynchronous event too.</param>
    internal void InventoryChanged(bool report)
    {
        if (Inventory.TryEstablish() && report)
            ReportAsyncEvent(Lun.Zero, AdditionalSense.ReportedLunsDataHasChanged);
    }

    private SessionView MakeView(SessionView old, LunMap map, Reassignment change)
    {
        var view = new SessionView(map);
        for (int i = 0; i < map.Entries.Count; i++)
        {
            LunMapping entry = map.Entries[i];
            int before = old.Map.IndexOf(entry.Number);
            if (before < 0 || old[before] is not { } nexus)
                continue;
            if (nexus.LogicalUnit == entry.LogicalUnit)
            {
                view[i] = nexus;
                if (nexus.IsReadOnly == entry.IsReadOnly)
                    continue;
                // MODE SENSE says so too (SBC-5, DEVICE-SPECIFIC PARAMETER, WP).
                nexus.IsReadOnly = entry.IsReadOnly;
                nexus.Attention.Establish(AdditionalSense.ModeParametersChanged);
            }
            else
            {
                MakeNexus(view, i).Attention.Establish(AdditionalSense.InquiryDataHasChanged);
            }
        }
        foreach (LunNexus nexus in old.Nexuses)
        {
            int index = map.IndexOf(nexus.Lun);
            if (index < 0 || view[index] != nexus)
                change.Take(nexus);
        }
        if (HasOtherLogicalUnits(old.Map, map))
            change.InventoryChanged(this);
        return view;
    }

    private static bool HasOtherLogicalUnits(LunMap old, LunMap map)
    {
        if (old.Entries.Count != map.Entries.Count)
            return true;
        for (int i = 0; i < map.Entries.Count; i++)
        {
            if (old.Entries[i].Number != map.Entries[i].Number || old.Entries[i].LogicalUnit != map.Entries[i].LogicalUnit)
                return true;
        }
        return false;
    }

    private LunNexus MakeNexus(SessionView view, int index)
    {
        LunMapping entry = view.Map.Entries[index];
        var nexus = new LunNexus(this, Lun.FromNumber(entry.Number), entry.LogicalUnit, entry.IsReadOnly);
        // A task management function may be under way while the session closes: what it makes then nobody would remove.
        if (!_isFinished)
            entry.LogicalUnit.Add(nexus);
        Engine.Orphans.HoldBack(nexus);
        view[index] = nexus;
        return nexus;
    }
}
