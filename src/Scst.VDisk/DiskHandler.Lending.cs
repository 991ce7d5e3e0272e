using System;
using Scst.Protocol;

namespace Scst.VDisk;

/// <content>
/// Reads that are answered out of the store's own pages or memory, and writes that are received into its pages. A WRITE AND VERIFY is
/// not, as it is about what the medium has and not about what the cache has; nor is anything else that looks at its data.
/// </content>
public sealed partial class DiskHandler
{
    /// <summary>
    /// Whether the command reads or writes enough of a store that lends, for a driver that can send, or receive into, what is lent.
    /// </summary>
    /// <inheritdoc/>
    public bool WantsToLend(ScsiCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        DiskAction action = DiskActions.Of(command.Cdb);
        if (action == DiskAction.Write)
            return _medium.Lender is { } writable && command.DataLength >= writable.SmallestLoanForWriting && command.AcceptsKernelSegments;
        if (action != DiskAction.Read)
            return false;
        return _medium.MemoryLender is not null
            || (_medium.Lender is { } lender && command.DataLength >= lender.SmallestLoan && command.AcceptsKernelSegments);
    }

    /// <summary>Lends the pages that a WRITE goes to, if all of them are there.</summary>
    /// <inheritdoc/>
    public bool TryLend(ScsiCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var cdb = new BlockCdb(command.Cdb);
        DiskOperation operation = DiskOperation.Of(command);
        // The receive changes the medium, so it needs the blocks; without them it goes to buffers, and the write waits.
        if (!command.AcceptsKernelSegments || !_guard.TryShare(operation.Hold, cdb.Lba, cdb.Blocks, waits: false))
            return false;
        if (!_medium.Lender!.TryLendForWriting(_medium.OffsetOf(cdb.Lba), command.DataLength, out PageLoan loan))
        {
            operation.Hold.Leave();
            return false;
        }
        operation.LendForWriting(command, loan);
        return true;
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
        if (command.HandlerState is not DiskOperation operation)
            return;
        operation.EndLoan();
        // What was lent was in use until now; and who was lent pages to write to may never have been executed.
        operation.Hold.Leave();
    }

    /// <summary>A read of the medium itself (FUA) flushes first, which waits.</summary>
    private bool TryAnswerLent(ScsiCommand command, in BlockCdb cdb)
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
