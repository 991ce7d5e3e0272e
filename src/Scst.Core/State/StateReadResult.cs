using System;

namespace Scst;

/// <summary>The result of <see cref="IStateStore.ReadAsync"/>.</summary>
/// <param name="Status">What was found.</param>
/// <param name="Content">The content; empty unless <see cref="StateReadStatus.Found"/>.</param>
/// <param name="Revision">
/// The revision: 1 or more if found, zero if absent, <see cref="UnreadableRevision"/> otherwise.
/// </param>
public readonly record struct StateReadResult(StateReadStatus Status, ReadOnlyMemory<byte> Content, long Revision)
{
    /// <summary>Stands for the revision of a record that could not be read.</summary>
    public const long UnreadableRevision = -1;

    /// <summary>For <see cref="StateReadStatus.Failed"/>, what happened, for the log; else <see langword="null"/>.</summary>
    public Exception? Error { get; init; }
}
