namespace Scst.Iscsi.Sending;

/// <summary>What becomes of a request by its CmdSN and its tag.</summary>
internal enum Admission : byte
{
    /// <summary>It is the next one, or immediate: execute it.</summary>
    Deliver = 0,

    /// <summary>One before it has not arrived: keep it.</summary>
    Hold,

    /// <summary>Outside the window or received before: ignore it silently (RFC 7143 4.2.2.1).</summary>
    Ignore,

    /// <summary>Its tag belongs to a task that is still there.</summary>
    TagInUse,

    /// <summary>Too many immediate requests are unanswered.</summary>
    TooManyImmediate,
}
