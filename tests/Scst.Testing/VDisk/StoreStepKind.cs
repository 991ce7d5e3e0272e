namespace Scst.Testing;

/// <summary>What a <see cref="StoreStep"/> does.</summary>
public enum StoreStepKind
{
    Read,
    Write,
    ForcedWrite,
    Unmap,
    Flush,
}
