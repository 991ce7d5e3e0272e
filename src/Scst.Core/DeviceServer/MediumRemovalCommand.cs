using Scst.Protocol;

namespace Scst;

/// <summary>PREVENT ALLOW MEDIUM REMOVAL (SBC-5): each I_T nexus prevents for itself; removal is allowed when none does.</summary>
internal static class MediumRemovalCommand
{
    private const int PreventOffset = 4;
    private const int PreventBit = 1;
    private const byte Prevented = 1;

    internal static void Execute(ScsiCommand command)
    {
        byte prevent = new PreventAllowMediumRemovalCdb(command.Cdb).Prevent;
        if (prevent > Prevented)
        {
            command.Fail(Sense.InvalidFieldInCdb(PreventOffset, PreventBit));
            return;
        }
        command.Nexus!.PreventsMediumRemoval = prevent == Prevented;
        command.Complete();
    }
}
