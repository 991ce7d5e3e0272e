using System;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>
/// WRITE SAME (SBC-5). With UNMAP a block of zeros gives room back, because an unmapped block reads as zeros; any other data is
/// written, because a read must give what was sent.
/// </summary>
internal static class WriteSameCommand
{
    internal static void Parse(DiskMedium medium, ScsiCommand command)
    {
        var cdb = new WriteSameCdb(command.Cdb);
        if (!medium.Contains(cdb.Lba, cdb.Blocks))
        {
            command.Fail(medium.OutOfRange(cdb.Lba));
        }
        else if (cdb.Blocks == 0 || cdb.Blocks > ProvisioningLimits.WriteSameBlocks)
        {
            // WSNZ: zero, which would mean everything up to the last block, is refused.
            command.Fail(Sense.InvalidFieldInCdb(command.Descriptor!.TransferLength.Offset));
        }
        else if (!cdb.NoDataOutBuffer)
        {
            // Who sends anything but one block means something else, and what that is nobody knows.
            if (command.ExpectedLength is { } expected && expected != (uint)medium.BlockLength)
                command.Fail(Sense.IllegalRequest(AdditionalSense.InvalidFieldInCommandInformationUnit));
            else
                command.SetTransfer(DataDirection.FromInitiator, medium.BlockLength, medium.BlockLength);
        }
    }

    internal static void Execute(DiskMedium medium, ScsiCommand command)
    {
        var cdb = new WriteSameCdb(command.Cdb);
        ReadOnlySpan<byte> block = cdb.NoDataOutBuffer ? [] : command.FirstSegment.Slice(0, medium.BlockLength);
        // SBC-5: with UNMAP blocks are unmapped if they then read as what was sent.
        if (cdb.Unmap && !block.ContainsAnyExcept((byte)0))
            _ = new UnmapWork(medium, command, new UnmapBlockDescriptor(cdb.Lba, cdb.Blocks)).RunAsync();
        else
            _ = new FillWork(medium, command, medium.OffsetOf(cdb.Lba), (long)cdb.Blocks * medium.BlockLength, block).RunAsync();
    }
}
