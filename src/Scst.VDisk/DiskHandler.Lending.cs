using System;
using Scst.Protocol;

namespace Scst.VDisk;

/// <content>Reads that are answered out of the store's own pages or memory.</content>
public sealed partial class DiskHandler
{
    /// <summary>Whether the command reads enough of a store that lends, for a driver that can send what is lent.</summary>
    /// <inheritdoc/>
    public bool WantsToLend(ScsiCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (_actions[command.Cdb[0]] != DiskAction.Read)
            return false;
        return _medium.MemoryLender is not null
            || (_medium.Lender is { } lender && command.DataLength >= lender.SmallestLoan && command.AcceptsKernelSegments);
    }

    /// <inheritdoc/>
    public void CopyDataIn(ScsiCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var cdb = new BlockCdb(command.Cdb);
        _medium.Lender!.Distrust(_medium.OffsetOf(cdb.Lba), command.DataLength);
        if (command.TryTakeBuffers())
            Transfer(command, DiskAction.Read, cdb);
    }

    /// <inheritdoc/>
    public void CommandFreed(ScsiCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.HandlerState is DiskOperation operation)
            operation.EndLoan();
    }

    /// <summary>A read of the medium itself (FUA) flushes first, which waits.</summary>
    private bool TryLend(ScsiCommand command, in BlockCdb cdb)
    {
        if (cdb.Fua && _medium.Cache.IsVolatile)
            return false;
        if (_medium.MemoryLender is { } memory)
            return TryLendMemory(command, memory, cdb);
        if (!_medium.Lender!.TryLend(_medium.OffsetOf(cdb.Lba), command.DataLength, out PageLoan loan))
            return false;
        DiskOperation.Of(command).Lend(command, loan);
        return true;
    }

    private bool TryLendMemory(ScsiCommand command, IMemoryLendingStore memory, in BlockCdb cdb)
    {
        if (!memory.TryLend(_medium.OffsetOf(cdb.Lba), command.DataLength, out ArraySegment<byte> bytes))
            return false;
        command.AddSegment(DataSegment.FromMemory(bytes.Array!, bytes.Offset, bytes.Count));
        command.Complete();
        return true;
    }
}
