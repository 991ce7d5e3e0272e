using System;
using Scst.Protocol;

namespace Scst.VDisk;

/// <content>Blocks that a command shares with others, or has for itself.</content>
public sealed partial class DiskHandler
{
    /// <summary>A command that waits for blocks does so no longer; any other ends when its store operation does.</summary>
    /// <inheritdoc/>
    public void Abort(ScsiCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.HandlerState is DiskOperation operation)
            _guard.Withdraw(operation.Hold);
    }

    /// <summary>Whether a command is not to be seen half done, nor to see others so.</summary>
    private static bool IsAtomic(DiskAction action) => action is DiskAction.CompareAndWrite or DiskAction.OrWrite or DiskAction.WriteAtomic;

    /// <summary>What is wrong with the range of such a command, which lies on the medium; null for nothing.</summary>
    private Sense? FindAtomicFault(ScsiCommand command, DiskAction action, in BlockCdb cdb)
    {
        CommandDescriptor descriptor = command.Descriptor!;
        CdbField length = descriptor.TransferLength;
        switch (action)
        {
            case DiskAction.CompareAndWrite:
                // More data than the CDB says has its halves elsewhere: what would be compared and written is not what was meant.
                long data = 2L * cdb.Blocks * _medium.BlockLength;
                bool sendsMore = command.ExpectedDirection == DataDirection.FromInitiator && command.ExpectedLength > data;
                return sendsMore || cdb.Blocks > _medium.MaxCompareAndWriteBlocks ? Sense.InvalidFieldInCdb(length.Offset) : null;
            case DiskAction.WriteAtomic:
                AtomicLimits limits = _medium.Atomic!;
                if (cdb.Blocks > limits.MaxBlocks || cdb.Blocks % limits.UnitBlocks != 0)
                    return Sense.InvalidFieldInCdb(length.Offset);
                return cdb.Lba % limits.UnitBlocks != 0 ? Sense.InvalidFieldInCdb(descriptor.Lba.Offset) : null;
            default:
                return null;
        }
    }

    /// <summary>Whether the command has its blocks; if not, it is not the caller's any more.</summary>
    private bool TryHold(ScsiCommand command, DiskAction action, in BlockCdb cdb)
    {
        // Nothing is compared or shown, and it may take long (SBC-5, BYTCHK 00b): nobody waits for it.
        if (action == DiskAction.Verify && cdb.ByteCheck == 0)
            return true;
        RangeHold hold = DiskOperation.Of(command).Hold;
        if (IsAtomic(action))
            return _guard.TryTake(hold, cdb.Lba, cdb.Blocks);
        // What pages were lent to it has them since then.
        return hold.Guard is not null || _guard.TryShare(hold, cdb.Lba, cdb.Blocks, waits: true);
    }

    /// <summary>
    /// Goes on with a command in a thread of the pool, where no pipeline is around the handler: what goes wrong costs this command, as it
    /// would in <see cref="Execute"/>, and not the process.
    /// </summary>
    private void ExecuteAfterWaiting(ScsiCommand command)
    {
        try
        {
            GoOn(command);
        }
        catch (Exception exception)
        {
            _medium.Failed(exception);
            if (command.Stage == CommandStage.Executing)
                command.Fail(StoreSense.Of(StoreStatus.InternalError));
        }
    }

    private void GoOn(ScsiCommand command)
    {
        DiskAction action = DiskActions.Of(command.Cdb);
        if (action is DiskAction.Unmap or DiskAction.WriteSame)
            ExecuteProvisioningHeld(command, action);
        else
            ExecuteHeld(command, action, new BlockCdb(command.Cdb));
    }
}
