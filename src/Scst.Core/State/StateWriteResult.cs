using System;

namespace Scst;

/// <summary>The result of <see cref="IStateStore.WriteAsync"/>.</summary>
/// <param name="Status">What became of the record.</param>
/// <param name="Revision">The revision of the new record if <see cref="StateWriteStatus.Stored"/>, else zero.</param>
public readonly record struct StateWriteResult(StateWriteStatus Status, long Revision)
{
    /// <summary>
    /// For <see cref="StateWriteStatus.Failed"/> and <see cref="StateWriteStatus.Uncertain"/>, what happened, for the log; else
    /// <see langword="null"/>.
    /// </summary>
    public Exception? Error { get; init; }
}
