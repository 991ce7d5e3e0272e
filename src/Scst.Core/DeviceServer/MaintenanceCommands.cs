using System;
using System.Collections.Generic;
using Scst.Protocol;

namespace Scst;

/// <summary>MAINTENANCE IN and MAINTENANCE OUT: the service actions of the core.</summary>
internal static class MaintenanceCommands
{
    private static readonly Dictionary<CommandDescriptor, Action<ScsiCommand>> _executors = new()
    {
        [SpcCommands.ReportSupportedOperationCodes] = ReportCommands.SupportedOperationCodes,
        [SpcCommands.ReportSupportedTaskManagementFunctions] = ReportCommands.SupportedTaskManagement,
        [SpcCommands.ReportPriority] = PriorityCommands.Report,
        [SpcCommands.ReportTimestamp] = TimestampCommands.Report,
        [SpcCommands.SetTimestamp] = TimestampCommands.Set,
        [OptionalCommands.ReportIdentifyingInformation] = IdentifyingInformation.Report,
        [OptionalCommands.SetIdentifyingInformation] = IdentifyingInformation.Set,
    };

    internal static void In(ScsiCommand command) => _executors[command.Descriptor!](command);

    internal static void Out(ScsiCommand command) => _executors[command.Descriptor!](command);
}
