using System;
using System.Threading.Tasks;

namespace Scst;

/// <summary>
/// Keeps what must survive a loss of power, such as persistent reservations with APTPL and saved mode pages: one record for each name, replaced as
/// a whole. After a crash at any instant a record is the old one or the new one. May be called from any thread.
/// </summary>
/// <remarks>
/// Every record has a revision, which grows by one with each replacement, so that of two writers who saw the same revision
/// only one succeeds. What goes wrong is in the results; exceptions are for misuse. Every call must complete: the end of a
/// session and that of the engine wait for commands that wait for a store.
/// </remarks>
public interface IStateStore
{
    /// <summary>Reads a record.</summary>
    /// <param name="name">The name of the record, for example that of a logical unit; not empty, compared by its characters.</param>
    /// <returns>The record, or why there is none.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    ValueTask<StateReadResult> ReadAsync(string name);

    /// <summary>Replaces a record, or makes it.</summary>
    /// <param name="name">The name of the record, for example that of a logical unit; not empty, compared by its characters.</param>
    /// <param name="content">The new content. It may be empty, and must not change until the call completes.</param>
    /// <param name="expectedRevision">
    /// The <see cref="StateReadResult.Revision"/> of the record that is to be replaced: zero if there is none,
    /// <see cref="StateReadResult.UnreadableRevision"/> if it could not be read.
    /// </param>
    /// <returns>
    /// What became of it. With <see cref="StateWriteStatus.Stored"/> no crash and no loss of power brings the old record back.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty, or the content longer than the store takes.</exception>
    ValueTask<StateWriteResult> WriteAsync(string name, ReadOnlyMemory<byte> content, long expectedRevision);
}
