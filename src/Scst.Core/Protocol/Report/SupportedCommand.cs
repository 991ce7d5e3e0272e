namespace Scst.Protocol;

/// <summary>A command descriptor of the all_commands parameter data of REPORT SUPPORTED OPERATION CODES (SPC-6).</summary>
/// <param name="Code">OPERATION CODE.</param>
/// <param name="ServiceAction">SERVICE ACTION, or <see langword="null"/> for SERVACTV zero.</param>
/// <param name="CdbLength">CDB LENGTH in bytes.</param>
/// <param name="Timeouts">The command timeouts descriptor, or <see langword="null"/> for CTDP zero.</param>
public readonly record struct SupportedCommand(
    OperationCode Code, ushort? ServiceAction, ushort CdbLength, CommandTimeouts? Timeouts);
