namespace Scst.VDisk;

/// <summary>How one round of flushing ended.</summary>
/// <param name="Status">The answer for everybody in the round.</param>
/// <param name="IsFinal">Bytes may be lost: no later flush may answer anything else.</param>
internal readonly record struct FlushResult(StoreStatus Status, bool IsFinal);
