namespace Scst.Protocol;

/// <summary>TPGS field of standard INQUIRY data (SPC-6, asymmetric logical unit access).</summary>
public enum TargetPortGroupSupport : byte
{
    /// <summary>00b: no asymmetric logical unit access, or a way of its own.</summary>
    None = 0,

    /// <summary>01b: implicit only.</summary>
    Implicit = 1,

    /// <summary>10b: explicit only.</summary>
    Explicit = 2,

    /// <summary>11b: both.</summary>
    ImplicitAndExplicit = 3,
}
