using System;
using System.Collections.Concurrent;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Scst;

/// <summary>
/// Records in a directory, one file for each. A new record is written beside the old one, flushed, renamed over it, and the
/// directory flushed; it carries a version and a checksum. File system calls are made on threads of the pool.
/// </summary>
/// <remarks>
/// A record that cannot be read is copied to a file <c>*.damaged-CHECKSUM</c> beside it before another takes its place; of one that is
/// far longer than any record, its beginning.
/// </remarks>
public sealed class FileStateStore : IStateStore, IAsyncDisposable
{
    private const int GateCount = 16;

    private readonly IStateFiles _files;
    private readonly string _directory;
    private readonly IDisposable _lock;
    private readonly SemaphoreSlim[] _gates = new SemaphoreSlim[GateCount];
    private readonly ConcurrentDictionary<string, bool> _uncertain = new(StringComparer.Ordinal);
    private bool _isDisposed;

    /// <summary>Opens a directory, or makes it.</summary>
    /// <param name="directory">The directory. It belongs to this store until it is disposed; another store cannot open it.</param>
    /// <exception cref="ArgumentException"><paramref name="directory"/> is empty.</exception>
    /// <exception cref="IOException">It cannot be made, or another store has it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public FileStateStore(string directory)
        : this(directory, new SystemStateFiles())
    {
    }

    internal FileStateStore(string directory, IStateFiles files)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _files = files;
        _directory = Path.GetFullPath(directory);
        files.CreateDirectory(_directory);
        if (Path.GetDirectoryName(_directory) is { } parent)
            files.FlushDirectory(parent);
        for (int index = 0; index < GateCount; index++)
            _gates[index] = new SemaphoreSlim(1);
        _lock = files.Lock(Path.Combine(_directory, "lock"));
    }

    /// <summary>The longest content that the store takes, in bytes.</summary>
    public static int MaxContentLength => StateFileFormat.MaxContentLength;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty or no well-formed UTF-16.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public ValueTask<StateReadResult> ReadAsync(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string path = PathOf(name);
        return RunAsync(name, () => _uncertain.ContainsKey(name) ? Settle(name, path) : Read(name, path));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// <paramref name="name"/> is empty or no well-formed UTF-16, or the content longer than <see cref="MaxContentLength"/>.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public ValueTask<StateWriteResult> WriteAsync(string name, ReadOnlyMemory<byte> content, long expectedRevision)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (content.Length > MaxContentLength)
            throw new ArgumentException("The content is longer than the store takes.", nameof(content));
        string path = PathOf(name);
        return RunAsync(name, () => Write(name, path, content, expectedRevision));
    }

    /// <summary>Waits for the calls under way and gives the directory back.</summary>
    /// <returns>Completes when that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (SemaphoreSlim gate in _gates)
            await gate.WaitAsync().ConfigureAwait(false);
        if (!_isDisposed)
            _lock.Dispose();
        _isDisposed = true;
        foreach (SemaphoreSlim gate in _gates)
            gate.Release();
    }

    // One call at a time for a name, so that to compare and to swap is one step. Names that share a gate wait for each other.
    private async ValueTask<T> RunAsync<T>(string name, Func<T> call)
    {
        SemaphoreSlim gate = _gates[(uint)StringComparer.Ordinal.GetHashCode(name) % GateCount];
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return await Task.Run(call).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    private string PathOf(string name) => Path.Combine(_directory, StateFileFormat.FileNameOf(name));

    private StateReadResult Read(string name, string path)
    {
        try
        {
            byte[]? file = _files.Read(path, StateFileFormat.MaxFileLength);
            if (file is null)
                return new(StateReadStatus.Absent, default, 0);
            return StateFileFormat.TryRead(file, name, out long revision, out ReadOnlyMemory<byte> content)
                ? new(StateReadStatus.Found, content, revision)
                : new(StateReadStatus.Unreadable, default, StateReadResult.UnreadableRevision);
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            return Failed(exception);
        }
    }

    private StateWriteResult Write(string name, string path, ReadOnlyMemory<byte> content, long expectedRevision)
    {
        if (_uncertain.ContainsKey(name))
            return new(StateWriteStatus.Conflict, 0);
        StateReadResult before = Read(name, path);
        if (before.Status == StateReadStatus.Failed)
            return new(StateWriteStatus.Failed, 0) { Error = before.Error };
        if (before.Revision != expectedRevision)
            return new(StateWriteStatus.Conflict, 0);
        if (before.Status == StateReadStatus.Unreadable && KeepAside(path) is { } error)
            return new(StateWriteStatus.Failed, 0) { Error = error };
        return Store(name, path, content, Math.Max(expectedRevision, 0) + 1);
    }

    /// <summary>
    /// Copies a record that cannot be read, for whoever wants to find out what was in it. It stays where it is until the new one takes its
    /// place: without it the power could leave none at all, which would mean that there is nothing to lose.
    /// </summary>
    private Exception? KeepAside(string path)
    {
        try
        {
            byte[] damaged = _files.Read(path, StateFileFormat.MaxFileLength) ?? [];
            // Its name is that of its content, so that no other one is lost for it.
            using IStateFile file = _files.Create($"{path}.damaged-{Crc32C.Compute(damaged):x8}");
            file.Write(damaged);
            file.Flush();
            return null;
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            return exception;
        }
    }

    private StateWriteResult Store(string name, string path, ReadOnlyMemory<byte> content, long revision)
    {
        string aside = path + ".new";
        bool isBehindTheRename = false;
        try
        {
            using (IStateFile file = _files.Create(aside))
            {
                file.Write(StateFileFormat.Write(name, revision, content.Span));
                file.Flush();
            }
            // From here on nobody knows which of the two a crash would leave.
            isBehindTheRename = true;
            _files.Replace(aside, path);
            _files.FlushDirectory(_directory);
            return new(StateWriteStatus.Stored, revision);
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            if (isBehindTheRename)
                _uncertain[name] = true;
            else
                TryDelete(aside);
            return new(isBehindTheRename ? StateWriteStatus.Uncertain : StateWriteStatus.Failed, 0) { Error = exception };
        }
    }

    /// <summary>
    /// Makes what is there certain by writing it again: a directory whose flush failed is not flushed by another flush that
    /// succeeds, since the kernel may have dropped what it could not write.
    /// </summary>
    private StateReadResult Settle(string name, string path)
    {
        StateReadResult there = Read(name, path);
        if (there.Status == StateReadStatus.Failed)
            return there;
        if (there.Status == StateReadStatus.Found)
        {
            StateWriteResult again = Store(name, path, there.Content, there.Revision + 1);
            if (again.Status != StateWriteStatus.Stored)
                return Failed(again.Error!);
            there = there with { Revision = again.Revision };
        }
        // Absent: the rename has never been. Unreadable: there is nothing to be certain of.
        _uncertain.TryRemove(name, out _);
        return there;
    }

    private void TryDelete(string path)
    {
        try
        {
            _files.Delete(path);
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            // What is aside means nothing, and the next record takes its place.
        }
    }

    private static StateReadResult Failed(Exception error) =>
        new(StateReadStatus.Failed, default, StateReadResult.UnreadableRevision) { Error = error };

    private static bool IsOfFiles(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
