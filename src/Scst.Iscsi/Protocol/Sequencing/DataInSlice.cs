namespace Scst.Iscsi.Protocol;

/// <summary>The numbers of one Data-In PDU. F ends a sequence; S says that the status travels with the last one.</summary>
internal readonly record struct DataInSlice(SerialNumber32 DataSN, uint Offset, int Length, bool Final, bool HasStatus);
