using System;
using System.Collections.Generic;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>UNMAP (SBC-5): everything in its list is checked before anything is unmapped.</summary>
internal static class UnmapCommand
{
    // Within a block descriptor.
    private const int BlocksOffset = 8;

    internal static void Parse(ScsiCommand command)
    {
        int length = new UnmapCdb(command.Cdb).ParameterListLength;
        // A length of zero is no error: nothing is sent, and nothing unmapped.
        if (length is > 0 and < UnmapParameterList.HeaderLength)
            command.Fail(Sense.IllegalRequest(AdditionalSense.ParameterListLengthError));
        else
            command.SetTransfer(DataDirection.FromInitiator, length);
    }

    /// <summary>Looks at the list.</summary>
    /// <param name="medium">Where.</param>
    /// <param name="command">The command; it was completed, or has failed, if there is nothing to do.</param>
    /// <param name="first">The first block of all that is to be unmapped.</param>
    /// <param name="count">How many blocks there are up to the last one.</param>
    /// <returns>Whether anything is to be unmapped.</returns>
    internal static bool TryCheck(DiskMedium medium, ScsiCommand command, out ulong first, out ulong count)
    {
        first = 0;
        count = 0;
        if (command.TransferLength == 0)
        {
            command.Complete();
        }
        else if (command.DataLength < command.TransferLength)
        {
            // The initiator sends less than it says: GOOD would say that all of it was looked at.
            command.Fail(Sense.IllegalRequest(AdditionalSense.InvalidFieldInCommandInformationUnit));
        }
        else if (Check(medium, ListOf(command), out first, out ulong end) is { } refusal)
        {
            command.Fail(refusal);
        }
        else if (end == 0)
        {
            command.Complete();
        }
        else
        {
            count = end - first;
            return true;
        }
        return false;
    }

    /// <summary>Unmaps what <see cref="TryCheck"/> has found to be right, and completes the command.</summary>
    internal static void Execute(DiskMedium medium, ScsiCommand command) =>
        _ = new UnmapWork(medium, command, RangesOf(ListOf(command))).RunAsync();

    // A parameter list has 64 KiB at most, which always lie in one segment.
    private static UnmapParameterList ListOf(ScsiCommand command) => new(command.FirstSegment.Slice(0, command.DataLength));

    private static Sense? Check(DiskMedium medium, UnmapParameterList list, out ulong first, out ulong end)
    {
        first = ulong.MaxValue;
        end = 0;
        if (list.Count > ProvisioningLimits.UnmapDescriptors)
            return Sense.InvalidFieldInParameterList(UnmapParameterList.DescriptorDataLengthOffset);
        ulong total = 0;
        for (int i = 0; i < list.Count; i++)
        {
            UnmapBlockDescriptor range = list[i];
            // One of no blocks names no block, so there is none that could be out of range.
            if (range.Blocks == 0)
                continue;
            if (!medium.Contains(range.Lba, range.Blocks))
                return medium.OutOfRange(range.Lba);
            first = Math.Min(first, range.Lba);
            end = Math.Max(end, range.Lba + range.Blocks);
            total += range.Blocks;
            if (total > ProvisioningLimits.UnmapBlocks)
                return Sense.InvalidFieldInParameterList(UnmapParameterList.OffsetOf(i) + BlocksOffset);
        }
        return null;
    }

    private static UnmapBlockDescriptor[] RangesOf(UnmapParameterList list)
    {
        var ranges = new List<UnmapBlockDescriptor>(list.Count);
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i].Blocks > 0)
                ranges.Add(list[i]);
        }
        return [.. ranges];
    }
}
