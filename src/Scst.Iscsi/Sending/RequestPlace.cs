namespace Scst.Iscsi.Sending;

/// <summary>Which of the limited places a request holds until it is answered.</summary>
internal enum RequestPlace : byte
{
    /// <summary>None: it is not the answer to a request.</summary>
    None = 0,

    /// <summary>One in the command window.</summary>
    Numbered,

    /// <summary>One of those for immediate requests.</summary>
    Immediate,
}
