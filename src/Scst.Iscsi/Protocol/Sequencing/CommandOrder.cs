namespace Scst.Iscsi.Protocol;

/// <summary>Where the CmdSN of a received request lies.</summary>
internal enum CommandOrder : byte
{
    /// <summary>It is the next one: deliver it and call <see cref="CommandWindow.Advance"/>.</summary>
    Expected = 0,

    /// <summary>Immediate: deliver it at once; it takes no number (RFC 7143 4.2.2.1).</summary>
    Immediate,

    /// <summary>Inside the window but not the next: a request before it has not arrived.</summary>
    Ahead,

    /// <summary>Outside the window or a duplicate: ignore it silently (RFC 7143 4.2.2.1).</summary>
    Outside,
}
