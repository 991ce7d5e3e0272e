using System;
using System.Buffers.Binary;
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
        int reported = command.Cdb[PriorityReportedOffset] >> 6;
        if (reported > NexusesWithAnother)
        {
            command.Fail(Sense.InvalidFieldInCdb(PriorityReportedOffset, PriorityReportedBit));
            return;
        }
        if (reported == NexusesWithAnother)
        {
            command.Reply(new byte[PriorityDescriptor.HeaderLength]);
            return;
        }
        // A descriptor names the initiator port by its TransportID, which not every transport has.
        if (command.Session.NexusId is not { } nexus)
        {
            command.Fail(Sense.InvalidFieldInCdb(PriorityReportedOffset, PriorityReportedBit));
            return;
        }
        var descriptor = new PriorityDescriptor(CurrentPriority: 0, nexus.RelativeTargetPort, nexus.InitiatorPort);
        var data = new byte[PriorityDescriptor.HeaderLength + descriptor.Length];
        BinaryPrimitives.WriteInt32BigEndian(data, descriptor.WriteTo(data.AsSpan(PriorityDescriptor.HeaderLength)));
        command.Reply(data);
    }
}
