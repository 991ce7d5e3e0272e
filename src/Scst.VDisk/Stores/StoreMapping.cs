namespace Scst.VDisk;

/// <summary>An answer of <see cref="IMappingStore"/>.</summary>
/// <param name="Status"><see cref="StoreStatus.Ok"/> or why there is no answer.</param>
/// <param name="IsMapped">Whether the bytes have room in the store.</param>
/// <param name="Length">For how many bytes that is so, at least one; means nothing without <see cref="StoreStatus.Ok"/>.</param>
public readonly record struct StoreMapping(StoreStatus Status, bool IsMapped, long Length);
