using System;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>READ DEFECT DATA (SBC-5): the primary and the grown defect list of a disk, which has neither defects nor spare blocks.</summary>
internal static class DefectLists
{
    private const int Header10Length = 4;
    private const int Header12Length = 8;
    private const int Options10Offset = 2;
    private const int Options12Offset = 1;
    private const int FormatBits = 0x07;

    // REQ_PLIST and REQ_GLIST in the CDB, PLISTV and GLISTV in the header.
    private const int ListBits = 0x18;

    // SBC-5, DEFECT LIST FORMAT: 110b is vendor specific, 111b reserved.
    private const int LastFormat = 0x05;

    /// <summary>What the CDB moves, or why it cannot be executed.</summary>
    internal static void Parse(ScsiCommand command)
    {
        int offset = OptionsOffset(command.Cdb);
        if ((command.Cdb[offset] & FormatBits) > LastFormat)
        {
            command.Fail(Sense.InvalidFieldInCdb(offset, 2));
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
        ReadOnlySpan<byte> cdb = command.Cdb;
        Span<byte> header = stackalloc byte[Header12Length];
        header.Clear();
        header[1] = (byte)(cdb[OptionsOffset(cdb)] & (ListBits | FormatBits));
        command.Reply(header.Slice(0, IsTenByte(cdb) ? Header10Length : Header12Length));
    }

    private static bool IsTenByte(ReadOnlySpan<byte> cdb) => cdb[0] == (byte)OperationCode.ReadDefectData10;

    private static int OptionsOffset(ReadOnlySpan<byte> cdb) => IsTenByte(cdb) ? Options10Offset : Options12Offset;
}
