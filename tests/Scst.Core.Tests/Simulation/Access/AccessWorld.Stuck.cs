using System;
using System.Collections.Generic;
using System.Linq;

namespace Scst.Tests.Simulation.Access;

/// <content>Commands that their disk does not end for long, and sessions that must end nevertheless.</content>
internal sealed partial class AccessWorld
{
    private int _stuckOneIn;

    /// <summary>What the disks do not end, and how it ends.</summary>
    internal List<(ScsiCommand Command, Action End)> Stuck { get; } = [];

    /// <summary>Commands whose session did not wait for them.</summary>
    internal int Orphans { get; private set; }

    /// <summary>Whether the disk does not end the command that it has got.</summary>
    internal bool IsStuck() => Random.Next(_stuckOneIn) == 0;

    /// <summary>Initiators give up more often where one of their disks is gone and does not answer.</summary>
    private bool GivesUp(AccessInitiator initiator) =>
        Random.Next(2) == 0 && Stuck.Exists(stuck => stuck.Command.Session == initiator.Session && stuck.Command.Nexus!.IsGone);

    private bool HasOrphan(AccessInitiator initiator, int unit) => Stuck.Exists(stuck =>
        (stuck.Command.ReadWord() & CommandWord.Orphaned) != 0
        && Of(stuck.Command).Initiator == initiator
        && stuck.Command.LogicalUnit == _units[unit]);

    private void EndOneOfTheStuck()
    {
        if (Stuck.Count > 0)
            EndStuck(Random.Next(Stuck.Count));
    }

    private void EndStuck(int index)
    {
        Action end = Stuck[index].End;
        Stuck.RemoveAt(index);
        end();
    }

    /// <summary>All that can end has ended: a session must not be waiting for nexuses that are gone.</summary>
    private void EndAllOfTheStuck()
    {
        foreach (AccessInitiator initiator in _initiators.Where(static initiator => initiator.Closing is { IsCompleted: false }))
        {
            if (!Stuck.Exists(stuck => stuck.Command.Session == initiator.ClosingSession && !stuck.Command.Nexus!.IsGone))
                Fail($"The session of {initiator.Name} does not end, and nothing that it may wait for is left");
        }
        while (Stuck.Count > 0)
        {
            EndOneOfTheStuck();
            Scheduler.RunUntilIdle();
        }
    }
}
