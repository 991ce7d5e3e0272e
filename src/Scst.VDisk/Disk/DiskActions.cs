using System;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>From the CDB of a command that is in the table of <see cref="DiskCommands"/> to what is to be done.</summary>
internal static class DiskActions
{
    // SPC-6: SERVICE ACTION is in bits 4 to 0 of byte 1, or in bytes 8 and 9 of a variable length CDB; none of the latter that a disk
    // knows needs the more significant byte.
    private const int ServiceActionByte = 1;
    private const byte ServiceActionMask = 0x1F;
    private const int VariableServiceActionByte = 9;

    private static readonly DiskAction[]?[] _byServiceAction = new DiskAction[]?[256];
    private static readonly DiskAction[] _byCode = Fill();

    /// <summary>What to do.</summary>
    /// <param name="cdb">A CDB that the core has found in the table; any other may give anything.</param>
    internal static DiskAction Of(ReadOnlySpan<byte> cdb)
    {
        byte code = cdb[0];
        return _byServiceAction[code] is not { } actions ? _byCode[code]
            : code == (byte)OperationCode.VariableLength ? actions[cdb[VariableServiceActionByte]]
            : actions[cdb[ServiceActionByte] & ServiceActionMask];
    }

    private static DiskAction[] Fill()
    {
        var actions = new DiskAction[256];
        foreach (DiskCommand command in DiskCommands.Thin)
        {
            int code = (int)command.Descriptor.Code;
            if (command.Descriptor.ServiceAction is { } serviceAction)
                (_byServiceAction[code] ??= new DiskAction[256])[serviceAction] = command.Action;
            else
                actions[code] = command.Action;
        }
        return actions;
    }
}
