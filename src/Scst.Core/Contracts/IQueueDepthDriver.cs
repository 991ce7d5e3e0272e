namespace Scst;

/// <summary>
/// Optional ability of an <see cref="ITargetDriver"/>: advertise to the initiator how many commands it should send
/// (for iSCSI the command window, RFC 7143 4.2.2.1).
/// </summary>
public interface IQueueDepthDriver
{
    /// <summary>The number of commands that the session's logical units want to have outstanding has changed.</summary>
    /// <param name="session">The session concerned.</param>
    /// <param name="depth">Commands, at least 1.</param>
    void AdviseQueueDepth(Session session, int depth);
}
