using System;
using Scst.Protocol;

namespace Scst;

/// <summary>Executes the commands that every logical unit has, and those that need no logical unit at all (SPC-6).</summary>
internal sealed class DeviceServer
{
    private readonly Action<ScsiCommand>?[] _executors = new Action<ScsiCommand>?[256];

    internal DeviceServer()
    {
        Set(OperationCode.TestUnitReady, TestUnitReady);
        Set(OperationCode.RequestSense, RequestSense);
        Set(OperationCode.Inquiry, InquiryCommand.Execute);
        Set(OperationCode.ReportLuns, ReportCommands.ReportLuns);
        Set(OperationCode.MaintenanceIn, MaintenanceCommands.In);
        Set(OperationCode.MaintenanceOut, MaintenanceCommands.Out);
        Set(OperationCode.ReadBuffer10, BufferCommands.Read);
        Set(OperationCode.WriteBuffer, BufferCommands.Write);
        Set(OperationCode.SendDiagnostic, DiagnosticCommands.Send);
        Set(OperationCode.ReceiveDiagnosticResults, DiagnosticCommands.Receive);
        Set(OperationCode.PreventAllowMediumRemoval, MediumRemovalCommand.Execute);
        Set(OperationCode.LogSense, LogCommands.Sense);
        Set(OperationCode.LogSelect, LogCommands.Select);
        Set(OperationCode.ModeSense6, ModeCommands.Sense);
        Set(OperationCode.ModeSense10, ModeCommands.Sense);
        Set(OperationCode.ModeSelect6, ModeCommands.Select);
        Set(OperationCode.ModeSelect10, ModeCommands.Select);
        Set(OperationCode.Reserve6, ReserveCommands.Reserve);
        Set(OperationCode.Reserve10, ReserveCommands.Reserve);
        Set(OperationCode.Release6, ReserveCommands.Release);
        Set(OperationCode.Release10, ReserveCommands.Release);
        Set(OperationCode.PersistentReserveIn, PersistentReserveCommands.In);
        Set(OperationCode.PersistentReserveOut, PersistentReserveCommands.Out);
    }

    /// <summary>Whether a command is answered although its LUN names no logical unit (SAM-6 4.6.4, SPC-6 INQUIRY).</summary>
    internal static bool AnswersWithoutLogicalUnit(CommandDescriptor? descriptor) =>
        descriptor?.Code is OperationCode.Inquiry or OperationCode.ReportLuns or OperationCode.RequestSense;

    internal void Execute(ScsiCommand command) => _executors[command.Cdb[0]]!(command);

    internal static void ExecuteWithoutLogicalUnit(ScsiCommand command)
    {
        switch (command.Descriptor!.Code)
        {
            case OperationCode.Inquiry:
                InquiryCommand.ExecuteWithoutLogicalUnit(command);
                break;
            case OperationCode.ReportLuns:
                ReportCommands.ReportLuns(command);
                break;
            default:
                ReplySense(command, Sense.IllegalRequest(AdditionalSense.LogicalUnitNotSupported));
                break;
        }
    }

    private void Set(OperationCode code, Action<ScsiCommand> executor) => _executors[(byte)code] = executor;

    private static void TestUnitReady(ScsiCommand command)
    {
        if (command.LogicalUnit!.NotReady is { } sense)
            command.Fail(sense);
        else
            command.Complete();
    }

    /// <summary>REQUEST SENSE (SPC-6): a pending unit attention as parameter data, which clears it; else why the medium is not ready.</summary>
    private static void RequestSense(ScsiCommand command)
    {
        if (command.Nexus!.TryTakeAttention(out AdditionalSense condition))
        {
            command.TakenAttention = condition;
            ReplySense(command, Sense.UnitAttention(condition));
            return;
        }
        ReplySense(command, command.LogicalUnit!.NotReady ?? Sense.NoSense);
    }

    private static void ReplySense(ScsiCommand command, in Sense sense)
    {
        Span<byte> data = stackalloc byte[Sense.MaxLength];
        int length = sense.WriteTo(data, new RequestSenseCdb(command.Cdb).Format);
        command.Reply(data.Slice(0, length));
    }
}
