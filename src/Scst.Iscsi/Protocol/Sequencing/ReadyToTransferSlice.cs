namespace Scst.Iscsi.Protocol;

/// <summary>The numbers of one R2T: offset and length in bytes of the command's data.</summary>
internal readonly record struct ReadyToTransferSlice(SerialNumber32 R2TSN, uint Offset, uint Length);
