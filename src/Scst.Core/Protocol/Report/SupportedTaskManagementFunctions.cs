using System;

namespace Scst.Protocol;

/// <summary>Bytes 0 and 1 of REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS parameter data, byte 0 more significant (SPC-6).</summary>
[Flags]
public enum SupportedTaskManagementFunctions : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>ATS bit: ABORT TASK.</summary>
    AbortTask = 1 << 15,

    /// <summary>ATSS bit: ABORT TASK SET.</summary>
    AbortTaskSet = 1 << 14,

    /// <summary>CACAS bit: CLEAR ACA.</summary>
    ClearAca = 1 << 13,

    /// <summary>CTSS bit: CLEAR TASK SET.</summary>
    ClearTaskSet = 1 << 12,

    /// <summary>LURS bit: LOGICAL UNIT RESET.</summary>
    LogicalUnitReset = 1 << 11,

    /// <summary>QTS bit: QUERY TASK.</summary>
    QueryTask = 1 << 10,

    /// <summary>TRS bit, obsolete: TARGET RESET.</summary>
    TargetReset = 1 << 9,

    /// <summary>WAKES bit, obsolete: WAKEUP.</summary>
    Wakeup = 1 << 8,

    /// <summary>QAES bit: QUERY ASYNCHRONOUS EVENT.</summary>
    QueryAsynchronousEvent = 1 << 2,

    /// <summary>QTSS bit: QUERY TASK SET.</summary>
    QueryTaskSet = 1 << 1,

    /// <summary>ITNRS bit: I_T NEXUS RESET.</summary>
    ITNexusReset = 1 << 0,
}
