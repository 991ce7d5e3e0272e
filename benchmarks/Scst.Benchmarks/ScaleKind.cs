namespace Scst.Benchmarks;

/// <summary>Of what there are many.</summary>
public enum ScaleKind
{
    /// <summary>Logical units, all for one session.</summary>
    LogicalUnits,

    /// <summary>Sessions, all with one logical unit.</summary>
    Sessions,
}
