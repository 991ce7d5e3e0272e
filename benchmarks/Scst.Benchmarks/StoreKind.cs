namespace Scst.Benchmarks;

public enum StoreKind
{
    /// <summary>Reads give zeros, writes go nowhere: what is left is the middle level and one clear or no copy.</summary>
    Null,

    /// <summary>Memory: one copy more.</summary>
    Ram,
}
