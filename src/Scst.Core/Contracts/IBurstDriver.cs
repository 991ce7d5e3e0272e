namespace Scst;

/// <summary>Optional ability of an <see cref="ITargetDriver"/>: be told when a burst of responses is over.</summary>
public interface IBurstDriver
{
    /// <summary>
    /// Every command of the burst that <see cref="Session.EndOfBurst"/> closed has been passed on: send what is queued
    /// for this session. Called by <see cref="Session.EndOfBurst"/> after the handlers were told.
    /// </summary>
    /// <param name="session">The session whose burst ended.</param>
    void EndOfBurst(Session session);
}
