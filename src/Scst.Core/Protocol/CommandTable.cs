using System;
using System.Collections.Generic;

namespace Scst.Protocol;

/// <summary>The commands that a device server supports, found by CDB. Immutable; safe from any thread.</summary>
public sealed class CommandTable
{
    private readonly CommandDescriptor[] _ordered;
    private readonly CommandDescriptor?[] _byCode = new CommandDescriptor?[256];
    private readonly CommandDescriptor?[]?[] _byServiceAction = new CommandDescriptor?[]?[256];
    private readonly Dictionary<ushort, CommandDescriptor> _variableLength = [];

    /// <summary>Makes a table.</summary>
    /// <param name="commands">The commands, in any order.</param>
    /// <exception cref="ArgumentNullException"><paramref name="commands"/> or one of them is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException">
    /// Two commands have the same operation code and service action, an operation code has commands both with and without
    /// service action, or a usage map contradicts its command: wrong length for the operation code (6, 10, 12 or 16 bytes;
    /// 12 to 260 in steps of four for 7Fh and 7Eh), byte 0 other than the operation code, service action bits other than the
    /// service action, or a field outside the CDB.
    /// </exception>
    public CommandTable(IEnumerable<CommandDescriptor> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        var ordered = new List<CommandDescriptor>();
        foreach (var command in commands)
        {
            ArgumentNullException.ThrowIfNull(command, nameof(commands));
            if (FindContradiction(command) is { } contradiction)
                throw new ArgumentException($"{command.Name}: {contradiction}", nameof(commands));
            if (!TryAdd(command))
                throw new ArgumentException($"{command.Name}: its operation code and service action are taken.", nameof(commands));
            ordered.Add(command);
        }
        ordered.Sort(static (left, right) => left.Code != right.Code
            ? left.Code.CompareTo(right.Code)
            : Nullable.Compare(left.ServiceAction, right.ServiceAction));
        _ordered = [.. ordered];
    }

    /// <summary>The commands in order of operation code, then service action.</summary>
    public IReadOnlyList<CommandDescriptor> Commands => _ordered;

    /// <summary>Finds the command of a CDB by its operation code and service action. Takes constant time.</summary>
    /// <param name="cdb">The CDB; it may be padded, and it may be shorter than the command asks.</param>
    /// <returns>
    /// The command, or <see langword="null"/> if it is not supported or the CDB ends before the service action. See
    /// <see cref="UsesServiceActions"/> for which sense that deserves.
    /// </returns>
    public CommandDescriptor? Find(ReadOnlySpan<byte> cdb)
    {
        if (cdb.IsEmpty)
            return null;
        var code = cdb[0];
        if (_byCode[code] is { } command)
            return command;
        if (_byServiceAction[code] is { } actions)
            return cdb.Length < 2 ? null : actions[cdb[1] & 0x1F];
        if (code != (byte)OperationCode.VariableLength || cdb.Length < 10)
            return null;
        return _variableLength.TryGetValue((ushort)(cdb[8] << 8 | cdb[9]), out command) ? command : null;
    }

    /// <summary>Finds a command by operation code and service action.</summary>
    /// <param name="code">OPERATION CODE.</param>
    /// <param name="serviceAction">SERVICE ACTION; not looked at for an operation code that has none.</param>
    /// <returns>The command, or <see langword="null"/> if it is not supported.</returns>
    public CommandDescriptor? Find(OperationCode code, ushort serviceAction)
    {
        if (_byCode[(byte)code] is { } command)
            return command;
        if (_byServiceAction[(byte)code] is { } actions)
            return serviceAction < actions.Length ? actions[serviceAction] : null;
        return code == OperationCode.VariableLength && _variableLength.TryGetValue(serviceAction, out command) ? command : null;
    }

    /// <summary>Whether any command has this operation code.</summary>
    /// <param name="operationCode">OPERATION CODE.</param>
    /// <returns>Whether one has it.</returns>
    public bool HasOperationCode(byte operationCode) => _byCode[operationCode] is not null || UsesServiceActions(operationCode);

    /// <summary>
    /// Whether the commands of this operation code are told apart by service action. A service action that is not supported
    /// is INVALID FIELD IN CDB, an operation code that is not supported INVALID COMMAND OPERATION CODE.
    /// </summary>
    /// <param name="operationCode">OPERATION CODE.</param>
    /// <returns>Whether they are; <see langword="false"/> for an operation code that is not supported.</returns>
    public bool UsesServiceActions(byte operationCode) =>
        _byServiceAction[operationCode] is not null
        || (operationCode == (byte)OperationCode.VariableLength && _variableLength.Count != 0);

    /// <summary>
    /// Checks that a CDB is whole and sets no bit outside the usage map of its command. In the CONTROL byte the vendor
    /// specific bits 7 and 6 and the obsolete bits 1 and 0 are let pass; NACA passes only if the map has it (SAM-6).
    /// </summary>
    /// <param name="command">The command of the CDB, as <see cref="Find(ReadOnlySpan{byte})"/> gave it.</param>
    /// <param name="cdb">The CDB. Bytes after the end of the command are not looked at.</param>
    /// <param name="sense">
    /// ILLEGAL REQUEST, INVALID FIELD IN CDB, with a pointer to the first byte that offends and in it the most significant
    /// bit; for a CDB that is too short, to the first byte that is missing.
    /// </param>
    /// <returns><see langword="true"/> if nothing offends; then <paramref name="sense"/> says nothing.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="command"/> is <see langword="null"/>.</exception>
    public static bool TryCheckReserved(CommandDescriptor command, ReadOnlySpan<byte> cdb, out Sense sense)
    {
        ArgumentNullException.ThrowIfNull(command);
        var mask = command.Mask;
        sense = default;
        if (mask.Admits(cdb))
            return true;
        sense = Refuse(mask, cdb);
        return false;
    }

    private static Sense Refuse(CdbMask mask, ReadOnlySpan<byte> cdb)
    {
        if (cdb.Length < mask.Length)
            return Sense.InvalidFieldInCdb(cdb.Length);
        var offender = mask.FindOffender(cdb);
        var bits = cdb[offender] & mask.MustBeZero(offender);
        var bit = 7;
        while ((bits & (1 << bit)) == 0)
            bit--;
        return Sense.InvalidFieldInCdb(offender, bit);
    }

    private bool TryAdd(CommandDescriptor command)
    {
        var code = (byte)command.Code;
        if (command.Code == OperationCode.VariableLength)
        {
            var action = command.ServiceAction.GetValueOrDefault();
            if (_variableLength.ContainsKey(action))
                return false;
            _variableLength.Add(action, command);
            return true;
        }
        if (_byCode[code] is not null)
            return false;
        if (command.ServiceAction is { } serviceAction)
        {
            var actions = _byServiceAction[code] ??= new CommandDescriptor?[32];
            if (actions[serviceAction] is not null)
                return false;
            actions[serviceAction] = command;
            return true;
        }
        if (_byServiceAction[code] is not null)
            return false;
        _byCode[code] = command;
        return true;
    }

    private static string? FindContradiction(CommandDescriptor command)
    {
        var usage = command.Usage.Span;
        var variable = command.Code is OperationCode.VariableLength or OperationCode.ExtendedCdb;
        if (!IsLengthOf(command.Code, usage.Length))
            return "the usage map has a length that no CDB of this operation code has.";
        if (usage[0] != (byte)command.Code)
            return "byte 0 of the usage map is not the operation code.";
        if (command.Code == OperationCode.VariableLength)
        {
            if (command.ServiceAction is not { } action || usage[8] != action >> 8 || usage[9] != (action & 0xFF))
                return "bytes 8 and 9 of the usage map are not the service action.";
        }
        else if (command.ServiceAction is { } action && (variable || action > 0x1F || (usage[1] & 0x1F) != action))
        {
            return "byte 1 of the usage map does not hold the service action.";
        }
        CdbField condition = new(command.AccessCondition?.Offset ?? 0, 1);
        return IsInside(command.TransferLength, usage.Length) && IsInside(command.Lba, usage.Length) && IsInside(condition, usage.Length)
            ? null
            : "a field lies outside the CDB.";
    }

    private static bool IsInside(CdbField field, int length) =>
        field.Offset >= 0 && field.Width is >= 0 and <= 8 && field.Offset + field.Width <= length;

    // SPC-6, OPERATION CODE field: the group code in bits 7 to 5 gives the length. Groups 6 and 7 are vendor specific.
    private static bool IsLengthOf(OperationCode code, int length) => code is OperationCode.VariableLength or OperationCode.ExtendedCdb
        ? length is >= 12 and <= 260 && length % 4 == 0
        : ((byte)code >> 5) switch
        {
            0 => length == 6,
            1 or 2 => length == 10,
            4 => length == 16,
            5 => length == 12,
            _ => length is 6 or 10 or 12 or 16,
        };
}
