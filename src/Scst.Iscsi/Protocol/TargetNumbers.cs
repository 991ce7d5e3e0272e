namespace Scst.Iscsi.Protocol;

/// <summary>The three sequence numbers that nearly every target PDU carries at bytes 24 to 35.</summary>
internal readonly record struct TargetNumbers(SerialNumber32 StatSN, SerialNumber32 ExpCmdSN, SerialNumber32 MaxCmdSN);
