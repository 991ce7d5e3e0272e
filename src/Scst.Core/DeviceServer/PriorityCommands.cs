using Scst.Protocol;

namespace Scst;

/// <summary>
/// REPORT PRIORITY (SPC-6). Commands are not ordered by priority, so none can be set: SET PRIORITY is not supported, and every
/// I_T nexus has the initial command priority of zero.
/// </summary>
internal static class PriorityCommands
{
    private const int PriorityReportedOffset = 2;
    private const int PriorityReportedBit = 7;
    private const byte NexusesWithAnother = 1;

    internal static void Report(ScsiCommand command)
    {
        byte reported = new ReportPriorityCdb(command.Cdb).PriorityReported;
        if (reported > NexusesWithAnother)
        {
            command.Fail(Sense.InvalidFieldInCdb(PriorityReportedOffset, PriorityReportedBit));
            return;
        }
        if (reported == NexusesWithAnother)
        {
            command.Reply(PriorityDescriptor.WriteList([]));
            return;
        }
        // A descriptor names the initiator port by its TransportID, which not every transport has.
        if (command.Session.NexusId is not { } nexus)
        {
            command.Fail(Sense.InvalidFieldInCdb(PriorityReportedOffset, PriorityReportedBit));
            return;
        }
        command.Reply(PriorityDescriptor.WriteList([new(CurrentPriority: 0, nexus.RelativeTargetPort, nexus.InitiatorPort)]));
    }
}
