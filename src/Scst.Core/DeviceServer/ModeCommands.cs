using System;
using Scst.Protocol;

namespace Scst;

/// <summary>MODE SENSE and MODE SELECT, 6 and 10 (SPC-6).</summary>
internal static class ModeCommands
{
    private const int Buffer = 4096;

    // SPC-6, MODE SENSE(6): MODE DATA LENGTH is one byte and does not count itself.
    private const int LongestShortData = 256;
    private const int PageControlBit = 7;
    private const int PageOffset = 2;
    private const int SubpageOffset = 3;
    private const int OptionsOffset = 1;
    private const int PageFormatBit = 4;
    private const int SavePagesBit = 0;
    private const int BlockDescriptorLengthOffset6 = 3;
    private const int BlockDescriptorLengthOffset10 = 6;

    internal static void Sense(ScsiCommand command)
    {
        var cdb = new ModeSenseCdb(command.Cdb);
        ModePageSet pages = command.LogicalUnit!.ModePages;
        if (cdb.PageControl != ModePageControl.Saved)
            Report(command);
        else if (pages.CanSave)
            pages.ReportSaved(command);
        else
            command.Fail(Protocol.Sense.IllegalRequest(AdditionalSense.SavingParametersNotSupported));
    }

    /// <summary>Answers a MODE SENSE, now that the values that it asks for are known or known to be lost.</summary>
    internal static void Report(ScsiCommand command)
    {
        var cdb = new ModeSenseCdb(command.Cdb);
        LogicalUnit logicalUnit = command.LogicalUnit!;
        // SPC-6, MODE SENSE, initial responses: saved values that cannot be accessed.
        if (cdb.PageControl == ModePageControl.Saved && !logicalUnit.ModePages.IsSavedKnown)
        {
            command.Fail(Protocol.Sense.NotReady(AdditionalSense.LogicalUnitNotReadyCauseNotReportable));
            return;
        }
        DeviceDescription description = logicalUnit.Description;
        Span<byte> data = stackalloc byte[Buffer];
        data.Clear();
        int headerLength = ModeParameterHeader.GetLength(cdb.IsTenByte);
        int descriptorLength = 0;
        if (!cdb.Dbd && description.BlockLength > 0)
        {
            ModeBlockDescriptorFormat format = cdb.LlBaa ? ModeBlockDescriptorFormat.LongLba : ModeBlockDescriptorFormat.ShortLba;
            descriptorLength = new ModeBlockDescriptor(description.BlockCount, (uint)description.BlockLength)
                .WriteTo(data.Slice(headerLength), format);
        }
        int pagesLength = logicalUnit.ModePages.Write(cdb, data.Slice(headerLength + descriptorLength));
        if (pagesLength < 0)
        {
            command.Fail(cdb.SubpageCode == 0
                ? Protocol.Sense.InvalidFieldInCdb(PageOffset, 5)
                : Protocol.Sense.InvalidFieldInCdb(SubpageOffset, PageControlBit));
            return;
        }
        int total = headerLength + descriptorLength + pagesLength;
        if (!cdb.IsTenByte && total > LongestShortData)
        {
            command.Fail(Protocol.Sense.InvalidFieldInCdb(PageOffset, 5));
            return;
        }
        byte deviceSpecific = 0;
        if (command.Nexus!.IsWriteProtected)
            deviceSpecific |= ModeParameterHeader.WriteProtected;
        if (description.SupportsForceUnitAccess)
            deviceSpecific |= ModeParameterHeader.DpoFua;
        ModeParameterHeader header = ModeParameterHeader.ForTotalLength(cdb.IsTenByte, total) with
        {
            DeviceSpecific = deviceSpecific,
            LongLba = cdb.LlBaa && descriptorLength > 0,
            BlockDescriptorLength = (ushort)descriptorLength,
        };
        header.WriteTo(data, cdb.IsTenByte);
        command.Reply(data.Slice(0, total));
    }

    internal static void Select(ScsiCommand command)
    {
        var cdb = new ModeSelectCdb(command.Cdb);
        ModePageSet pages = command.LogicalUnit!.ModePages;
        if (!cdb.PageFormat || (cdb.SavePages && !pages.CanSave))
        {
            command.Fail(Protocol.Sense.InvalidFieldInCdb(OptionsOffset, cdb.PageFormat ? SavePagesBit : PageFormatBit));
            return;
        }
        if (command.DataOutLength == 0 && cdb.ParameterListLength == 0)
        {
            // A list length of zero is no error and changes nothing, but what is current can be saved.
            if (cdb.SavePages)
                pages.Select(command, default, 0, saves: true);
            else
                command.Complete();
            return;
        }
        ReadOnlySpan<byte> list = command.DataOutLength == 0 ? default : command.FirstSegment;
        if (TrySkipToPages(command, cdb.IsTenByte, list, out int offset, out Sense sense))
            pages.Select(command, list.Slice(offset), offset, cdb.SavePages);
        else
            command.Fail(sense);
    }

    /// <summary>Checks the header and the block descriptor, which may only say what is so already.</summary>
    private static bool TrySkipToPages(ScsiCommand command, bool tenByte, ReadOnlySpan<byte> list, out int offset, out Sense sense)
    {
        offset = ModeParameterHeader.GetLength(tenByte);
        sense = Protocol.Sense.IllegalRequest(AdditionalSense.ParameterListLengthError);
        if (!ModeParameterHeader.TryParse(list, tenByte, out ModeParameterHeader header))
            return false;
        if (list.Length < offset + header.BlockDescriptorLength)
            return false;
        if (header.BlockDescriptorLength == 0)
            return true;
        ModeBlockDescriptorFormat format = header.LongLba ? ModeBlockDescriptorFormat.LongLba : ModeBlockDescriptorFormat.ShortLba;
        int descriptorLength = ModeBlockDescriptor.GetLength(format);
        if (header.BlockDescriptorLength != descriptorLength)
        {
            sense = Protocol.Sense.InvalidFieldInParameterList(tenByte ? BlockDescriptorLengthOffset10 : BlockDescriptorLengthOffset6);
            return false;
        }
        DeviceDescription description = command.LogicalUnit!.Description;
        bool parsed = ModeBlockDescriptor.TryParse(list.Slice(offset), format, out ModeBlockDescriptor descriptor);
        bool sameCount = descriptor.Blocks == 0
            || descriptor.Blocks == description.BlockCount
            || (!header.LongLba && descriptor.Blocks == uint.MaxValue);
        if (!parsed || !sameCount || descriptor.BlockLength != (uint)description.BlockLength)
        {
            sense = Protocol.Sense.InvalidFieldInParameterList(offset);
            return false;
        }
        offset += descriptorLength;
        return true;
    }
}
