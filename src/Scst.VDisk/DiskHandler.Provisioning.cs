using Scst.Protocol;

namespace Scst.VDisk;

/// <content>WRITE SAME, and the commands of a thin disk.</content>
public sealed partial class DiskHandler
{
    private void ParseProvisioning(ScsiCommand command, DiskAction action)
    {
        switch (action)
        {
            case DiskAction.Unmap:
                UnmapCommand.Parse(command);
                break;
            case DiskAction.WriteSame:
                WriteSameCommand.Parse(_medium, command);
                break;
            default:
                LbaStatusCommand.Parse(_medium, command);
                break;
        }
    }

    private void ExecuteProvisioning(ScsiCommand command, DiskAction action)
    {
        ulong first;
        ulong count;
        switch (action)
        {
            case DiskAction.Unmap when UnmapCommand.TryCheck(_medium, command, out first, out count):
                break;
            case DiskAction.WriteSame:
                var cdb = new WriteSameCdb(command.Cdb);
                (first, count) = (cdb.Lba, cdb.Blocks);
                break;
            case DiskAction.GetLbaStatus:
                LbaStatusCommand.Execute(_medium, command);
                return;
            default:
                return;
        }
        if (_guard.TryShare(DiskOperation.Of(command).Hold, first, count, waits: true))
            ExecuteProvisioningHeld(command, action);
    }

    /// <summary>Changes the medium; until that is done nobody has the blocks alone.</summary>
    private void ExecuteProvisioningHeld(ScsiCommand command, DiskAction action)
    {
        if (action == DiskAction.Unmap)
            UnmapCommand.Execute(_medium, command);
        else
            WriteSameCommand.Execute(_medium, command);
    }
}
