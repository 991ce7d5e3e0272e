using System;
using System.Collections.Generic;
using Scst.Protocol;

namespace Scst;

/// <summary>Commands that report what a target and its logical units have and can do (SPC-6).</summary>
internal static class ReportCommands
{
    private const int SelectReportOffset = 2;
    private const int ReportLunsAllocationOffset = 6;
    private const int ReportLunsMinimumAllocation = 16;

    /// <summary>REPORT LUNS; there is no well-known logical unit.</summary>
    internal static void ReportLuns(ScsiCommand command)
    {
        var cdb = new ReportLunsCdb(command.Cdb);
        if (cdb.AllocationLength < ReportLunsMinimumAllocation)
        {
            command.Fail(Sense.InvalidFieldInCdb(ReportLunsAllocationOffset));
            return;
        }
        if (cdb.SelectReport > 0x02)
        {
            command.Fail(Sense.InvalidFieldInCdb(SelectReportOffset));
            return;
        }
        // Taken first: a change that comes now establishes it again, and is then in the map or yet to be told. It is pending
        // again if the initiator does not get the answer.
        if (command.Session.Inventory.TryTake())
            command.TakenAttention = AdditionalSense.ReportedLunsDataHasChanged;
        var luns = new List<Lun>();
        // 01h asks for well-known logical units only.
        if (cdb.SelectReport != 0x01)
        {
            foreach (LunMapping entry in command.Session.Map.Entries)
                luns.Add(Lun.FromNumber(entry.Number));
        }
        byte[] data = new byte[ReportLunsData.GetLength(luns.Count)];
        ReportLunsData.Write(data, luns.ToArray());
        command.Reply(data);
    }

    internal static void SupportedOperationCodes(ScsiCommand command)
    {
        CommandTable commands = command.LogicalUnit!.Commands;
        var cdb = new ReportSupportedOperationCodesCdb(command.Cdb);
        if (cdb.ReportingOptions == 0)
        {
            byte[] all = new byte[SupportedOperationCodesData.GetAllLength(commands, cdb.Rctd)];
            SupportedOperationCodesData.WriteAll(all, commands, cdb.Rctd);
            command.Reply(all);
            return;
        }
        if (!SupportedOperationCodesData.TryFind(commands, cdb, out CommandDescriptor? found, out Sense sense))
        {
            command.Fail(sense);
            return;
        }
        Span<byte> one = stackalloc byte[SupportedOperationCodesData.MaxOneLength];
        int length = SupportedOperationCodesData.WriteOne(one, found, cdb.Rctd);
        command.Reply(one.Slice(0, length));
    }

    internal static void SupportedTaskManagement(ScsiCommand command)
    {
        var cdb = new ReportSupportedTaskManagementFunctionsCdb(command.Cdb);
        var data = new SupportedTaskManagementFunctionsData(
            SupportedTaskManagementFunctions.AbortTask
            | SupportedTaskManagementFunctions.AbortTaskSet
            | SupportedTaskManagementFunctions.ClearTaskSet
            | SupportedTaskManagementFunctions.LogicalUnitReset
            | SupportedTaskManagementFunctions.TargetReset
            | SupportedTaskManagementFunctions.QueryTask
            | SupportedTaskManagementFunctions.QueryTaskSet
            | SupportedTaskManagementFunctions.QueryAsynchronousEvent
            | SupportedTaskManagementFunctions.ITNexusReset);
        Span<byte> bytes = stackalloc byte[SupportedTaskManagementFunctionsData.ExtendedLength];
        int length = data.WriteTo(bytes, cdb.Repd);
        command.Reply(bytes.Slice(0, length));
    }
}
