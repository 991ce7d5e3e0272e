using System;
using System.Text;
using System.Threading.Tasks;
using Scst.Diagnostics;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// REPORT IDENTIFYING INFORMATION and SET IDENTIFYING INFORMATION (SPC-6): bytes that an operator gives a logical unit to know it
/// by, in a record of the store for each type. Nothing is kept in memory, so that all who share a store see the same.
/// </summary>
internal static class IdentifyingInformation
{
    private const int TypeOffset = 10;
    private const int TypeBit = 7;
    private const int LengthOffset = 6;
    private const int Attempts = 8;

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly (IdentifyingInformationType Type, ushort MaxLength, string Purpose)[] _types =
    [
        (IdentifyingInformationType.Device, 64, "identifying-information"),
        (IdentifyingInformationType.Text, 256, "identifying-text"),
    ];

    internal static void Report(ScsiCommand command)
    {
        IdentifyingInformationType type = new IdentifyingInformationCdb(command.Cdb).Type;
        int index = Array.FindIndex(_types, known => known.Type == type);
        if (index >= 0)
            _ = GuardAsync(command, () => ReportAsync(command, RecordOf(command, index), _types[index].MaxLength));
        else if (type == IdentifyingInformationType.Supported)
            ReportSupported(command);
        else
            command.Fail(Sense.InvalidFieldInCdb(TypeOffset, TypeBit));
    }

    internal static void Set(ScsiCommand command)
    {
        var cdb = new IdentifyingInformationCdb(command.Cdb);
        IdentifyingInformationType type = cdb.Type;
        int index = Array.FindIndex(_types, known => known.Type == type);
        if (index < 0)
        {
            command.Fail(Sense.InvalidFieldInCdb(TypeOffset, TypeBit));
            return;
        }
        if (cdb.Length > _types[index].MaxLength)
        {
            command.Fail(Sense.InvalidFieldInCdb(LengthOffset));
            return;
        }
        if (!ParameterList.TryGet(command, cdb.Length, out ReadOnlySpan<byte> information))
            return;
        if (type == IdentifyingInformationType.Text && !IsText(information))
            command.Fail(Sense.InvalidFieldInParameterList(0));
        else
            Store(command, index, information.ToArray());
    }

    private static StateRecord RecordOf(ScsiCommand command, int index)
    {
        LogicalUnit logicalUnit = command.LogicalUnit!;
        return new StateRecord(logicalUnit, logicalUnit.Engine.Options.StateStore!, _types[index].Purpose);
    }

    private static void ReportSupported(ScsiCommand command)
    {
        var types = Array.ConvertAll(_types, static known => (known.Type, known.MaxLength));
        var data = new byte[IdentifyingInformationData.HeaderLength + types.Length * IdentifyingInformationData.DescriptorLength];
        IdentifyingInformationData.WriteSupported(data, types);
        command.Reply(data);
    }

    private static void Store(ScsiCommand command, int index, byte[] information) =>
        _ = GuardAsync(command, () => SetAsync(command, RecordOf(command, index), information));

    /// <summary>Nobody waits for the work, but the initiator does for the command.</summary>
    private static async Task GuardAsync(ScsiCommand command, Func<Task> work)
    {
        // Once the work has begun the command may be another one.
        LogicalUnit logicalUnit = command.LogicalUnit!;
        string name = command.Descriptor!.Name;
        long word = command.ReadWord();
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logicalUnit.Engine.Log.HandlerFailed(exception, logicalUnit.Name, name);
            if (command.IsSameUse(word) && command.Stage == CommandStage.Executing)
                command.Fail(Sense.HardwareError(AdditionalSense.InternalTargetFailure));
        }
    }

    private static async Task ReportAsync(ScsiCommand command, StateRecord record, int maxLength)
    {
        await record.ReadAsync().ConfigureAwait(false);
        // What is lost must not look as if nothing had ever been set.
        if (record.Status is not (StateReadStatus.Found or StateReadStatus.Absent) || record.Content.Length > maxLength)
        {
            command.Fail(Sense.HardwareError(AdditionalSense.InternalTargetFailure));
            return;
        }
        var data = new byte[IdentifyingInformationData.HeaderLength + record.Content.Length];
        IdentifyingInformationData.Write(data, record.Content.Span);
        command.Reply(data);
    }

    private static async Task SetAsync(ScsiCommand command, StateRecord record, byte[] information)
    {
        var written = StateWriteStatus.Conflict;
        // Of two that set it at the same time the last counts. A store that lets another win forever has failed.
        for (int attempt = 0; attempt < Attempts && written == StateWriteStatus.Conflict; attempt++)
            written = await record.WriteAsync(information).ConfigureAwait(false);
        if (written != StateWriteStatus.Stored)
        {
            command.Fail(Sense.HardwareError(AdditionalSense.InternalTargetFailure));
            return;
        }
        command.LogicalUnit!.EstablishUnitAttention(AdditionalSense.DeviceIdentifierChanged, report: false, except: command.Nexus);
        command.Complete();
    }

    /// <summary>Well-formed UTF-8 with a null at its end and none before; or nothing at all.</summary>
    private static bool IsText(ReadOnlySpan<byte> information)
    {
        if (information.IsEmpty)
            return true;
        if (information.IndexOf((byte)0) != information.Length - 1)
            return false;
        try
        {
            _strict.GetCharCount(information.ToArray());
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
