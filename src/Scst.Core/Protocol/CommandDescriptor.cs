using System;

namespace Scst.Protocol;

/// <summary>What is known about one command without looking at a CDB of it. Immutable.</summary>
public sealed class CommandDescriptor
{
    private CdbMask? _mask;

    /// <summary>OPERATION CODE, byte 0 of the CDB.</summary>
    public required OperationCode Code { get; init; }

    /// <summary>
    /// SERVICE ACTION, or <see langword="null"/> if the operation code has none: 0 to 31 in bits 4 to 0 of byte 1; 0 to
    /// 65535 in bytes 8 and 9 of a variable length CDB (7Fh).
    /// </summary>
    public ushort? ServiceAction { get; init; }

    /// <summary>Name as the standard writes it, for example <c>READ(10)</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// CDB USAGE DATA as REPORT SUPPORTED OPERATION CODES returns it (SPC-6): byte 0 and the service action as they are,
    /// then a one for each bit that the device server looks at. Its length is the length of the CDB in bytes.
    /// </summary>
    public required ReadOnlyMemory<byte> Usage { get; init; }

    /// <summary>Length of the CDB in bytes.</summary>
    public int CdbLength => Usage.Length;

    /// <summary>Which way the command moves data.</summary>
    public DataDirection Direction { get; init; }

    /// <summary>The field that states how much the command moves.</summary>
    public CdbField TransferLength { get; init; }

    /// <summary>What <see cref="TransferLength"/> counts.</summary>
    public TransferUnit Unit { get; init; }

    /// <summary>The LOGICAL BLOCK ADDRESS field.</summary>
    public CdbField Lba { get; init; }

    /// <summary>What the core must know before it runs the command.</summary>
    public CommandFlags Flags { get; init; }

    /// <summary>What reservations of other I_T nexuses let through.</summary>
    public ReservationAccess Access { get; init; }

    /// <summary>
    /// The CDBs that <see cref="Access"/> is for, where the tables tell two uses of one command apart; for the others it is
    /// <see cref="ReservationAccess.None"/>. Null: for all.
    /// </summary>
    public CdbCondition? AccessCondition { get; init; }

    /// <summary>NOMINAL COMMAND PROCESSING TIMEOUT in seconds; zero says nothing (SPC-6, command timeouts descriptor).</summary>
    public uint NominalTimeoutSeconds { get; init; }

    /// <summary>RECOMMENDED COMMAND TIMEOUT in seconds; zero says nothing (SPC-6, command timeouts descriptor).</summary>
    public uint RecommendedTimeoutSeconds { get; init; }

    /// <summary>
    /// The same command with the NACA bit in the CONTROL byte of its usage map, for a device server that supports ACA
    /// (SAM-6, CONTROL byte; NORMACA in standard INQUIRY data).
    /// </summary>
    /// <returns>The command that accepts NACA.</returns>
    public CommandDescriptor WithNaca()
    {
        var usage = Usage.ToArray();
        usage[Code == OperationCode.VariableLength ? 1 : usage.Length - 1] |= 0x04;
        return new()
        {
            Code = Code,
            ServiceAction = ServiceAction,
            Name = Name,
            Usage = usage,
            Direction = Direction,
            TransferLength = TransferLength,
            Unit = Unit,
            Lba = Lba,
            Flags = Flags,
            Access = Access,
            AccessCondition = AccessCondition,
            NominalTimeoutSeconds = NominalTimeoutSeconds,
            RecommendedTimeoutSeconds = RecommendedTimeoutSeconds,
            LongestParameterList = LongestParameterList,
        };
    }

    // Any thread may come first; all of them make the same immutable mask.
    internal CdbMask Mask => _mask ??= new CdbMask(this);

    /// <summary>What reservations of other I_T nexuses let through of this CDB.</summary>
    internal ReservationAccess AccessOf(ReadOnlySpan<byte> cdb) =>
        AccessCondition is not { } condition || condition.IsMet(cdb) ? Access : ReservationAccess.None;

    /// <summary>Most bytes of parameter list that the core takes; a longer one is PARAMETER LIST LENGTH ERROR.</summary>
    internal int LongestParameterList { get; init; } = int.MaxValue;

    /// <summary>Whether the core executes the command itself.</summary>
    internal bool IsPrimary { get; set; }

    /// <summary>The name.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
