using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>REPORT SUPPORTED OPERATION CODES: its rules and its parameter data, all_commands and one_command (SPC-6).</summary>
public static class SupportedOperationCodesData
{
    /// <summary>Most bytes that <see cref="WriteOne"/> writes: the longest variable length CDB, with timeouts.</summary>
    public const int MaxOneLength = OneHeaderLength + 260 + CommandTimeouts.Length;

    private const int AllHeaderLength = 4;
    private const int CommandDescriptorLength = 8;
    private const int OneHeaderLength = 4;
    private const byte AllCtdp = 0x02;
    private const byte ServActV = 0x01;
    private const byte OneCtdp = 0x80;

    /// <summary>
    /// Finds the command that a CDB with REPORTING OPTIONS 001b, 010b or 011b asks about.
    /// </summary>
    /// <param name="commands">The commands that the logical unit supports.</param>
    /// <param name="cdb">The CDB.</param>
    /// <param name="command">The command to pass to <see cref="WriteOne"/>; <see langword="null"/>: it is not supported.</param>
    /// <param name="sense">
    /// ILLEGAL REQUEST, INVALID FIELD IN CDB, with a pointer to REPORTING OPTIONS: 001b for an operation code with service
    /// actions, 010b for one without, or a value that asks about no single command.
    /// </param>
    /// <returns><see langword="true"/> if the question can be answered; then <paramref name="sense"/> says nothing.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="commands"/> is <see langword="null"/>.</exception>
    public static bool TryFind(
        CommandTable commands, ReportSupportedOperationCodesCdb cdb, out CommandDescriptor? command, out Sense sense)
    {
        ArgumentNullException.ThrowIfNull(commands);
        var code = cdb.RequestedOperationCode;
        var usesServiceActions = commands.UsesServiceActions(code);
        var answerable = cdb.ReportingOptions switch
        {
            1 => !usesServiceActions,
            2 => usesServiceActions || !commands.HasOperationCode(code),
            3 => true,
            _ => false,
        };
        command = answerable ? commands.Find((OperationCode)code, cdb.RequestedServiceAction) : null;
        // 011b: an operation code without service actions is asked about with REQUESTED SERVICE ACTION zero.
        if (cdb.ReportingOptions == 3 && !usesServiceActions && cdb.RequestedServiceAction != 0)
            command = null;
        sense = answerable ? default : Sense.InvalidFieldInCdb(2, 2);
        return answerable;
    }

    /// <summary>Bytes that <see cref="WriteAll"/> writes.</summary>
    /// <param name="commands">The commands that the logical unit supports.</param>
    /// <param name="timeouts">RCTD bit: with command timeouts descriptors.</param>
    /// <returns>The length, header included.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="commands"/> is <see langword="null"/>.</exception>
    public static int GetAllLength(CommandTable commands, bool timeouts)
    {
        ArgumentNullException.ThrowIfNull(commands);
        return AllHeaderLength + commands.Commands.Count * (CommandDescriptorLength + (timeouts ? CommandTimeouts.Length : 0));
    }

    /// <summary>Writes the all_commands parameter data (REPORTING OPTIONS 000b).</summary>
    /// <param name="destination">At least <see cref="GetAllLength"/> bytes.</param>
    /// <param name="commands">The commands that the logical unit supports.</param>
    /// <param name="timeouts">RCTD bit: with command timeouts descriptors.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="commands"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int WriteAll(Span<byte> destination, CommandTable commands, bool timeouts)
    {
        var length = GetAllLength(commands, timeouts);
        var data = destination.Slice(0, length);
        data.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(data, (uint)(length - AllHeaderLength));
        var rest = data.Slice(AllHeaderLength);
        for (var index = 0; index < commands.Commands.Count; index++)
        {
            var command = commands.Commands[index];
            rest[0] = (byte)command.Code;
            BinaryPrimitives.WriteUInt16BigEndian(rest.Slice(2), command.ServiceAction.GetValueOrDefault());
            rest[5] = (byte)((timeouts ? AllCtdp : 0) | (command.ServiceAction.HasValue ? ServActV : 0));
            BinaryPrimitives.WriteUInt16BigEndian(rest.Slice(6), (ushort)command.CdbLength);
            rest = rest.Slice(CommandDescriptorLength);
            if (timeouts)
                rest = rest.Slice(TimeoutsOf(command).WriteTo(rest));
        }
        return length;
    }

    /// <summary>Writes the one_command parameter data (REPORTING OPTIONS 001b, 010b and 011b).</summary>
    /// <param name="destination">Room for it; <see cref="MaxOneLength"/> bytes always do.</param>
    /// <param name="command">The command, or <see langword="null"/>: it is not supported, four bytes say so.</param>
    /// <param name="timeouts">RCTD bit: with a command timeouts descriptor.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is too short.</exception>
    public static int WriteOne(Span<byte> destination, CommandDescriptor? command, bool timeouts)
    {
        var size = command?.CdbLength ?? 0;
        var data = destination.Slice(0, OneHeaderLength + size + (command is not null && timeouts ? CommandTimeouts.Length : 0));
        data[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(data.Slice(2), (ushort)size);
        if (command is null)
        {
            data[1] = (byte)CommandSupport.NotSupported;
            return data.Length;
        }
        data[1] = (byte)((timeouts ? OneCtdp : 0) | (byte)CommandSupport.Supported);
        command.Usage.Span.CopyTo(data.Slice(OneHeaderLength));
        if (timeouts)
            TimeoutsOf(command).WriteTo(data.Slice(OneHeaderLength + size));
        return data.Length;
    }

    /// <summary>Reads all_commands parameter data; of a truncated one, the commands that are whole.</summary>
    /// <param name="source">The parameter data.</param>
    /// <param name="commands">The commands; <see langword="null"/> on failure.</param>
    /// <returns><see langword="false"/> if the header is not whole.</returns>
    public static bool TryParseAll(ReadOnlySpan<byte> source, [NotNullWhen(true)] out IReadOnlyList<SupportedCommand>? commands)
    {
        commands = null;
        if (source.Length < AllHeaderLength)
            return false;
        var claimed = BinaryPrimitives.ReadUInt32BigEndian(source);
        var rest = source.Slice(AllHeaderLength);
        rest = rest.Slice(0, (int)Math.Min(claimed, (uint)rest.Length));
        var found = new List<SupportedCommand>();
        while (rest.Length >= CommandDescriptorLength)
        {
            var descriptor = rest.Slice(0, CommandDescriptorLength);
            rest = rest.Slice(CommandDescriptorLength);
            CommandTimeouts? timeouts = null;
            if ((descriptor[5] & AllCtdp) != 0)
            {
                if (!CommandTimeouts.TryParse(rest, out var whole))
                    break;
                timeouts = whole;
                rest = rest.Slice(CommandTimeouts.Length);
            }
            var serviceAction = (descriptor[5] & ServActV) != 0
                ? BinaryPrimitives.ReadUInt16BigEndian(descriptor.Slice(2))
                : (ushort?)null;
            found.Add(new(
                (OperationCode)descriptor[0], serviceAction, BinaryPrimitives.ReadUInt16BigEndian(descriptor.Slice(6)), timeouts));
        }
        commands = found;
        return true;
    }

    /// <summary>Reads one_command parameter data.</summary>
    /// <param name="source">The parameter data.</param>
    /// <param name="support">SUPPORT.</param>
    /// <param name="usage">CDB USAGE DATA; empty unless the command is supported.</param>
    /// <param name="timeouts">The command timeouts descriptor, or <see langword="null"/> for CTDP zero.</param>
    /// <returns><see langword="false"/> if something of it is missing.</returns>
    public static bool TryParseOne(
        ReadOnlySpan<byte> source, out CommandSupport support, out ReadOnlySpan<byte> usage, out CommandTimeouts? timeouts)
    {
        support = default;
        usage = default;
        timeouts = null;
        if (source.Length < OneHeaderLength)
            return false;
        support = (CommandSupport)(source[1] & 0x07);
        // What follows is not defined for a command that is not supported.
        if (support is not (CommandSupport.Supported or CommandSupport.VendorSpecific))
            return true;
        var size = BinaryPrimitives.ReadUInt16BigEndian(source.Slice(2));
        if (source.Length - OneHeaderLength < size)
            return false;
        usage = source.Slice(OneHeaderLength, size);
        if ((source[1] & OneCtdp) == 0)
            return true;
        if (!CommandTimeouts.TryParse(source.Slice(OneHeaderLength + size), out var whole))
            return false;
        timeouts = whole;
        return true;
    }

    private static CommandTimeouts TimeoutsOf(CommandDescriptor command) =>
        new(command.NominalTimeoutSeconds, command.RecommendedTimeoutSeconds);
}
