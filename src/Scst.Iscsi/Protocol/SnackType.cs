namespace Scst.Iscsi.Protocol;

/// <summary>Types of the SNACK Request (RFC 7143 11.16.1).</summary>
internal enum SnackType : byte
{
    DataOrReadyToTransfer = 0,
    Status = 1,
    DataAck = 2,
    RData = 3,
}
