namespace Scst;

/// <summary>Why an <see cref="IQueueDepthPolicy"/> decided as it did.</summary>
internal enum QueueDepthReason : byte
{
    /// <summary>Nothing asks for another depth.</summary>
    Steady,

    /// <summary>A command came too near to its timeout: the depth is cut.</summary>
    NearTimeout,

    /// <summary>All commands were far from their timeouts for long enough: the depth recovers.</summary>
    FarFromTimeout,

    /// <summary>Commands took longer than they should: the depth is lowered.</summary>
    AboveTarget,

    /// <summary>Commands took less time than they may: the depth is raised.</summary>
    BelowTarget,

    /// <summary>What another policy has for a reason.</summary>
    Other,
}
