namespace Scst.Protocol;

/// <summary>PC of LOG SENSE and LOG SELECT: which values of data counters are meant (SPC-6).</summary>
public enum LogPageControl : byte
{
    /// <summary>00b: threshold values.</summary>
    Threshold = 0,

    /// <summary>01b: cumulative values.</summary>
    Cumulative = 1,

    /// <summary>10b: default threshold values.</summary>
    DefaultThreshold = 2,

    /// <summary>11b: default cumulative values.</summary>
    DefaultCumulative = 3,
}
