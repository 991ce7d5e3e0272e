namespace Scst;

/// <summary>What an <see cref="IQueueDepthPolicy"/> decides.</summary>
/// <param name="Depth">The queue depth from now on; less than 1 is taken as 1, more than the largest depth as that.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="EndsRound">Whether a new round begins: only commands that are admitted from now on are of it.</param>
internal readonly record struct QueueDepthDecision(int Depth, QueueDepthReason Reason, bool EndsRound = false);
