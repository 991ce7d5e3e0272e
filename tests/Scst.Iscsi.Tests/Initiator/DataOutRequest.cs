namespace Scst.Iscsi.Tests.Initiator;

/// <summary>What an R2T asks for.</summary>
internal readonly record struct DataOutRequest(uint TransferTag, int Offset, int Length);
