namespace Scst.Protocol;

/// <summary>PAGE CONTROL of MODE SENSE: which values of the mode parameters are wanted (SPC-6).</summary>
public enum ModePageControl : byte
{
    /// <summary>00b: current values.</summary>
    Current = 0,

    /// <summary>01b: a one for each bit that MODE SELECT may change.</summary>
    Changeable = 1,

    /// <summary>10b: default values.</summary>
    Default = 2,

    /// <summary>11b: saved values.</summary>
    Saved = 3,
}
