using System.Collections.Generic;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// The statistics of a logical unit for the General Statistics and Performance log page (SPC-6). A command is counted when it is
/// freed; then the handler is told, if it wants to be.
/// </summary>
internal sealed class AccessStatistics : ICommandFreedHandler
{
    private static readonly Kind[] _kinds = MakeKinds();

    private readonly object _lock = new();
    private readonly LogicalUnit _logicalUnit;
    private readonly ICommandFreedHandler? _next;
    private AccessTotals _gone;
    private AccessTotals _atReset;

    internal AccessStatistics(LogicalUnit logicalUnit, ICommandFreedHandler? next)
    {
        _logicalUnit = logicalUnit;
        _next = next;
    }

    private enum Kind : byte
    {
        Other,
        Read,
        Write,
    }

    public void CommandFreed(ScsiCommand command)
    {
        Kind kind = _kinds[command.Cdb[0]];
        if (kind != Kind.Other && command.Status == ScsiStatus.Good)
            Count(command, kind);
        _next?.CommandFreed(command);
    }

    /// <summary>
    /// Takes a nexus out of the list of the logical unit, unless it was taken before, and keeps what it has counted: a sum counts each nexus
    /// once. No command of it is left.
    /// </summary>
    internal void Remove(LunNexus nexus)
    {
        lock (_lock)
        {
            if (nexus.Slot >= 0)
                _gone += nexus.Counters.Read();
            _logicalUnit.Nexuses.Remove(nexus);
        }
    }

    /// <summary>Counts from zero again (LOG SELECT).</summary>
    internal void Reset()
    {
        lock (_lock)
            _atReset = Sum();
    }

    /// <summary>The parameters of the page. How long commands took is not measured.</summary>
    internal IReadOnlyList<LogParameter> ToLogParameters()
    {
        AccessTotals totals;
        lock (_lock)
            totals = Sum() - _atReset;
        return LogPages.GeneralStatisticsAndPerformance(totals.Reads, totals.Writes, totals.BlocksReceived, totals.BlocksTransmitted);
    }

    private void Count(ScsiCommand command, Kind kind)
    {
        int blockLength = _logicalUnit.Description.BlockLength;
        if (blockLength <= 0)
            return;
        AccessCounters counters = command.Nexus!.Counters;
        if (kind == Kind.Read)
            counters.CountRead(command.DataLength / blockLength);
        else
            counters.CountWrite(command.DataLength / blockLength);
    }

    private AccessTotals Sum()
    {
        AccessTotals sum = _gone;
        foreach (LunNexus nexus in _logicalUnit.Nexuses)
            sum += nexus.Counters.Read();
        return sum;
    }

    private static Kind[] MakeKinds()
    {
        var kinds = new Kind[256];
        foreach (OperationCode code in (OperationCode[])
            [OperationCode.Read6, OperationCode.Read10, OperationCode.Read12, OperationCode.Read16])
        {
            kinds[(byte)code] = Kind.Read;
        }
        foreach (OperationCode code in (OperationCode[])
        [
            OperationCode.Write6, OperationCode.Write10, OperationCode.Write12, OperationCode.Write16,
            OperationCode.WriteAndVerify10, OperationCode.WriteAndVerify12, OperationCode.WriteAndVerify16,
        ])
        {
            kinds[(byte)code] = Kind.Write;
        }
        return kinds;
    }
}
