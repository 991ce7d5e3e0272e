namespace Scst.Protocol;

/// <summary>FORMAT AND LINKING of a log parameter (SPC-6).</summary>
public enum LogParameterFormat : byte
{
    /// <summary>00b: a data counter that stops at its highest value.</summary>
    BoundedCounter = 0,

    /// <summary>01b: ASCII text.</summary>
    AsciiList = 1,

    /// <summary>10b: a data counter that starts again after its highest value, or whose highest value is never reached.</summary>
    UnboundedCounter = 2,

    /// <summary>11b: bytes.</summary>
    BinaryList = 3,
}
