using System;
using System.Collections.Generic;
using Scst.Protocol;

namespace Scst;

/// <summary>INQUIRY and the vital product data pages (SPC-6).</summary>
internal static class InquiryCommand
{
    private const byte Spc4 = 0x06;
    private const int PageBuffer = 1024;
    private const int PageCodeOffset = 2;

    internal static void Execute(ScsiCommand command)
    {
        var cdb = new InquiryCdb(command.Cdb);
        if (!cdb.Evpd && cdb.PageCode != 0)
        {
            command.Fail(Sense.InvalidFieldInCdb(PageCodeOffset));
            return;
        }
        LogicalUnit logicalUnit = command.LogicalUnit!;
        Span<byte> data = stackalloc byte[PageBuffer];
        data.Clear();
        int length = cdb.Evpd
            ? WritePage(command, (VpdPageCode)cdb.PageCode, data)
            : WriteStandard(logicalUnit, data);
        if (length == 0)
            command.Fail(Sense.InvalidFieldInCdb(PageCodeOffset));
        else
            command.Reply(data.Slice(0, length));
    }

    /// <summary>Standard INQUIRY data that says there is no logical unit here; its pages do not exist.</summary>
    internal static void ExecuteWithoutLogicalUnit(ScsiCommand command)
    {
        var cdb = new InquiryCdb(command.Cdb);
        if (cdb.Evpd || cdb.PageCode != 0)
        {
            command.Fail(cdb.Evpd ? Sense.IllegalRequest(AdditionalSense.LogicalUnitNotSupported) : Sense.InvalidFieldInCdb(PageCodeOffset));
            return;
        }
        LogicalUnitIdentity nobody = LogicalUnitIdentity.FromName("none");
        Span<byte> data = stackalloc byte[StandardInquiryData.Length];
        int length = new StandardInquiryData
        {
            Peripheral = Peripheral.NoLogicalUnit,
            Version = Spc4,
            VendorId = nobody.VendorId,
            ProductId = nobody.ProductId,
            ProductRevision = nobody.ProductRevision,
        }.WriteTo(data);
        command.Reply(data.Slice(0, length));
    }

    private static Peripheral PeripheralOf(LogicalUnit logicalUnit) =>
        new(logicalUnit.Description.DeviceType, PeripheralQualifier.Connected);

    private static int WriteStandard(LogicalUnit logicalUnit, Span<byte> data) => new StandardInquiryData
    {
        Peripheral = PeripheralOf(logicalUnit),
        Removable = logicalUnit.Description.IsRemovable,
        // The highest version that every initiator in use knows; nothing that is newer in SPC-5 and SPC-6 needs announcing.
        Version = Spc4,
        MultiPort = true,
        VendorId = logicalUnit.Identity.VendorId,
        ProductId = logicalUnit.Identity.ProductId,
        ProductRevision = logicalUnit.Identity.ProductRevision,
        VersionDescriptors = logicalUnit.Description.VersionDescriptors,
    }.WriteTo(data);

    private static int WritePage(ScsiCommand command, VpdPageCode code, Span<byte> data)
    {
        LogicalUnit logicalUnit = command.LogicalUnit!;
        Peripheral peripheral = PeripheralOf(logicalUnit);
        switch (code)
        {
            case VpdPageCode.SupportedPages:
                return SupportedVpdPages.Write(data, peripheral, Codes(logicalUnit));
            case VpdPageCode.UnitSerialNumber:
                return UnitSerialNumberPage.Write(data, peripheral, logicalUnit.Identity.SerialNumber);
            case VpdPageCode.DeviceIdentification:
                return DeviceIdentificationPage.Write(data, peripheral, Designators(command));
            case VpdPageCode.ExtendedInquiryData:
                return new ExtendedInquiryData
                {
                    Simple = true,
                    Ordered = true,
                    HeadOfQueue = true,
                    VolatileCache = logicalUnit.Description.HasVolatileCache,
                    LogicalUnitITNexusClear = true,
                }.WriteTo(data, peripheral);
            default:
                return logicalUnit.Handler is IVpdPageSource source && source.VpdPageCodes.IndexOf((byte)code) >= 0
                    ? source.WriteVpdPage((byte)code, data)
                    : 0;
        }
    }

    private static VpdPageCode[] Codes(LogicalUnit logicalUnit)
    {
        var codes = new List<VpdPageCode>
        {
            VpdPageCode.SupportedPages,
            VpdPageCode.UnitSerialNumber,
            VpdPageCode.DeviceIdentification,
            VpdPageCode.ExtendedInquiryData,
        };
        if (logicalUnit.Handler is IVpdPageSource source)
        {
            foreach (byte code in source.VpdPageCodes)
                codes.Add((VpdPageCode)code);
        }
        codes.Sort();
        return [.. codes];
    }

    private static Designator[] Designators(ScsiCommand command)
    {
        LogicalUnitIdentity identity = command.LogicalUnit!.Identity;
        return
        [
            Designator.Naa3(identity.LocallyAssignedNaa),
            Designator.T10VendorId(identity.VendorId, identity.SerialNumber),
            Designator.RelativeTargetPort(command.Session.Target.RelativeTargetPort),
        ];
    }
}
