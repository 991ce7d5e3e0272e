using System;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>READ DEFECT DATA (SBC-5): the primary and the grown defect list of a disk, which has neither defects nor spare blocks.</summary>
internal static class DefectLists
{
    private const int Header10Length = 4;
    private const int Header12Length = 8;
    private const int ListsOffset = 1;
    private const int FormatBit = 2;

    // SBC-5, DEFECT LIST FORMAT: 110b is vendor specific, 111b reserved.
    private const int LastFormat = 0x05;

    /// <summary>What the CDB moves, or why it cannot be executed.</summary>
    internal static void Parse(ScsiCommand command)
    {
        var cdb = new ReadDefectDataCdb(command.Cdb);
        if (cdb.Format > LastFormat)
        {
            command.Fail(Sense.InvalidFieldInCdb(cdb.OptionsOffset, FormatBit));
            return;
        }
        ulong allocation = command.Descriptor!.TransferLength.Read(command.Cdb);
        command.SetTransfer(DataDirection.ToInitiator, (long)Math.Min(allocation, Header12Length));
    }

    /// <summary>
    /// Both lists are there and empty, so they are that in whatever format is asked for, and from whatever descriptor on (ADDRESS
    /// DESCRIPTOR INDEX).
    /// </summary>
    internal static void Execute(ScsiCommand command)
    {
        var cdb = new ReadDefectDataCdb(command.Cdb);
        Span<byte> header = stackalloc byte[Header12Length];
        header.Clear();
        header[ListsOffset] = (byte)(cdb.Lists | cdb.Format);
        command.Reply(header.Slice(0, cdb.IsTenByte ? Header10Length : Header12Length));
    }
}
