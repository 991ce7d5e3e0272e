using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Scst.Protocol;

namespace Scst.Tests.Simulation.Access;

/// <content>What must hold.</content>
internal sealed partial class AccessWorld
{
    /// <summary>The handler of a logical unit has got a command: could its initiator see it since it was submitted?</summary>
    internal void Reached(ScsiCommand command, int unit)
    {
        AccessCommand known = Of(command);
        // Once a nexus is said to have been left, nothing of it may come any more, whenever it was submitted.
        bool maySee = LinesSince(known).Any(line => line.Unit == unit && line.Drained is not { IsCompleted: true } && (known.Value == 0 || !line.IsReadOnly || line.ProtectionChanged >= known.Submitted));
        if (!maySee)
            Fail($"{known} reached unit {unit} at {_time}");
        if (command.Nexus!.Session.Initiator.Name != known.Initiator.Name)
            Fail($"{known} came through another session");
        if (HasOrphan(known.Initiator, unit))
            Fail($"{known} reached unit {unit} before what its initiator takes for aborted had ended there");
    }

    internal void Answered(ScsiCommand command)
    {
        AccessCommand known = Of(command);
        AccessInitiator initiator = known.Initiator;
        Answers++;
        if (++known.Answers != 1)
            Fail($"{known} was answered {known.Answers} times");
        if (CommandWord.PhaseOf(command.ReadWord()) == CommandWord.Enabled)
            Orphans++;
        if (initiator.Session != command.Session)
            return;
        // A command that is only now being answered is part of what has to be left.
        bool isLeft = command.Nexus is { IsGone: true } nexus
            && LinesSince(known).Where(line => _units[line.Unit] == nexus.LogicalUnit).All(line => line.Drained is { IsCompleted: true });
        if (isLeft)
            Fail($"{known} was there after its nexus was said to have been left");
        initiator.Running.Remove(known.Lun);
        if (command.SuppressResponse)
        {
            Fail($"{known} was not answered");
            return;
        }
        Judge(command, known);
    }

    private IEnumerable<AccessLine> LinesSince(AccessCommand command) =>
        from entry in command.Initiator.History
        where entry.Lun == command.Lun && (entry.Line.Until == 0 || entry.Line.Until > command.Submitted)
        select entry.Line;

    private void Judge(ScsiCommand command, AccessCommand known)
    {
        // Nothing has happened to the LUN since the command was submitted.
        bool isSteady = known.Line is { Until: 0 } || (known.Line is null && !LinesSince(known).Any());
        int code = command.Status == ScsiStatus.CheckCondition
            ? (command.SenseData[2] & 0x0F) << 16 | command.SenseData[12] << 8 | command.SenseData[13]
            : 0;
        if (known.Value != 0)
            Forget(known.Initiator, known.Lun);
        switch (code)
        {
            case 0 when command.Status == ScsiStatus.Good:
                GoodAnswers++;
                JudgeGood(command, known);
                break;
            case 0x052500 when !isSteady || known.Line is null:
                break;
            case 0x0B2F02 when !isSteady:
                break;
            case 0x072700 when known.Value != 0 && LinesSince(known).Any(line => line.IsReadOnly || line.ProtectionChanged >= known.Submitted):
                break;
            case 0x062900 when !isSteady || known.Line is not { WasTold: true }:
                break;
            case 0x063F0E:
                JudgeInventory(known);
                break;
            case 0x062A01 when LinesSince(known).Any(line => line.ProtectionChanged != 0) || !isSteady:
                break;
            case 0x063F03 when known.Initiator.History.Count(entry => entry.Lun == known.Lun) > 1:
                break;
            default:
                Fail($"{known} ended in {command.Status} {code:X6} at {_time}");
                break;
        }
        bool hadTurn = code is not (0x052500 or 0x0B2F02);
        if (isSteady && known.Line is { } line && hadTurn)
        {
            if (line.WasTold == false && code != 0x062900)
                Fail($"{known} ended in {command.Status} {code:X6} before the power on was told");
            line.WasTold = true;
        }
        else
        {
            foreach (AccessLine possible in LinesSince(known).Where(possible => possible.WasTold == false))
                possible.WasTold = null;
        }
    }

    private void JudgeGood(ScsiCommand command, AccessCommand known)
    {
        int unit = ((AccessDisk)command.LogicalUnit!.Handler).Unit;
        (int, int) key = (unit, known.Lun);
        byte onMedium = _disks[unit].At(BlockOf(known.Initiator, known.Lun));
        if (known.Value != 0)
        {
            known.Initiator.Known[key] = known.Value;
            if (onMedium != known.Value)
                Fail($"{known} ended in GOOD and is not on the medium");
        }
        else if (known.Initiator.Known.TryGetValue(key, out byte written) && command.Segments[0].Span[0] != written)
        {
            Fail($"{known} read {command.Segments[0].Span[0]} where {written} was written");
        }
        else
        {
            // Nobody else writes there, and it has nothing else under way.
            known.Initiator.Known[key] = command.Segments[0].Span[0];
        }
    }

    private void JudgeInventory(AccessCommand known)
    {
        AccessInitiator initiator = known.Initiator;
        initiator.LastReport = (known.Submitted, ++_time);
        if (++initiator.InventoryReports > initiator.InventoryChanges)
            Fail($"{known} reports a change of the inventory for the {initiator.InventoryReports}th time");
    }

    /// <summary>Lets everything end, then asks every LUN of everybody until nothing is news any more, and closes all sessions.</summary>
    private void Finish()
    {
        _clock.Advance(System.TimeSpan.FromSeconds(1));
        Scheduler.RunUntilIdle();
        EndAllOfTheStuck();
        ResumeAll();
        foreach (AccessInitiator initiator in _initiators)
        {
            if (initiator.Session is null)
                Open(initiator);
            if (initiator.Running.Count > 0)
                Fail($"{initiator.Running.Values.First()} was never answered");
            Ask(initiator);
        }
        foreach (AccessInitiator initiator in _initiators)
            Close(initiator);
        Scheduler.RunUntilIdle();
        foreach (AccessInitiator initiator in _initiators)
        {
            if (initiator.Closing is not { Status: TaskStatus.RanToCompletion })
                Fail($"{initiator.Name} was never closed");
        }
        foreach (LogicalUnit unit in _units)
        {
            if (unit.Nexuses.Count != 0 || !unit.TaskSet.IsOpen)
                Fail($"{unit} kept a nexus or a closed gate");
        }
        if (_engine.BufferPool.RentedBytes != 0)
            Fail("A buffer was not given back");
    }

    private void Ask(AccessInitiator initiator)
    {
        // A change that comes in the middle of a translation would be news again.
        bool isDue = initiator.InventoryChanges > 0 && initiator.LastInventoryChange > initiator.LastReport.Answered;
        int before = initiator.InventoryReports;
        int changes = initiator.InventoryChanges;
        for (int round = 0; round < 5; round++)
        {
            foreach (int lun in initiator.Lines.Keys.ToArray())
            {
                Submit(initiator, lun);
                Scheduler.RunUntilIdle();
                EndAllOfTheStuck();
            }
        }
        bool mustReport = isDue && initiator.Lines.Count > 0 && initiator.InventoryChanges == changes;
        if (mustReport && initiator.InventoryReports != before + 1)
            Fail($"{initiator.Name} was told {initiator.InventoryReports - before} times of the last change of its inventory");
    }
}
