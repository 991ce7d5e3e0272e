using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Scst.Iscsi.Transport.Linux;

/// <summary>
/// One direction of an <see cref="EpollTransport"/>: a system call that is tried, and tried again by the thread of the loop
/// when an event says so. What awaits it goes on on that thread, without a hop.
/// </summary>
internal abstract class SocketOperation : IValueTaskSource<int>, IValueTaskSource, IThreadPoolWorkItem
{
    private readonly EpollLoop _loop;
    private ManualResetValueTaskSourceCore<int> _source;
    private Readiness _readiness;

    protected SocketOperation(EpollLoop loop) => _loop = loop;

    /// <summary>An event says that the call would not block now. Only the loop's thread calls it.</summary>
    public void OnEvent()
    {
        if (_readiness.Signal())
            Resume();
    }

    /// <summary>Tries again; also after the others had their turn.</summary>
    public void Resume()
    {
        int result;
        try
        {
            if (!TryComplete(out result))
                return;
        }
        catch (Exception exception)
        {
            // Whatever it is, it is this connection's, and the thread is that of many.
            _source.SetException(exception);
            return;
        }

        if (result >= 0)
            _source.SetResult(result);
        else
            _source.SetException(LinuxSocket.Error(-result));
    }

    /// <summary>The transport is disposed: nobody will wait any more, and whoever waits is told, on the thread pool.</summary>
    public void Close()
    {
        if (_readiness.Close())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _source.SetException(new ObjectDisposedException(nameof(EpollTransport)));

    int IValueTaskSource<int>.GetResult(short token) => _source.GetResult(token);

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <summary>Makes the call.</summary>
    /// <returns>Its result, or minus the error number.</returns>
    /// <exception cref="ObjectDisposedException">The transport was disposed.</exception>
    protected abstract int Try();

    /// <summary>Begins the operation.</summary>
    /// <param name="givesWay">Whether the others of the loop are to have their turn first.</param>
    /// <returns>The result if it is there already; else null: await <see cref="PendingAsync"/>.</returns>
    protected int? Begin(bool givesWay = false)
    {
        _source.Reset();
        if (givesWay && _loop.TryYield(this))
            return null;
        if (!TryComplete(out var result))
            return null;
        return result >= 0 ? result : throw LinuxSocket.Error(-result);
    }

    protected ValueTask<int> PendingAsync() => new(this, _source.Version);

    protected ValueTask PendingWithoutResultAsync() => new(this, _source.Version);

    private bool TryComplete(out int result)
    {
        while (true)
        {
            result = Try();
            if (result == -LinuxSocket.Interrupted)
                continue;
            if (result != -LinuxSocket.WouldBlock)
                return true;
            if (_readiness.TryWait())
                return false;
            ObjectDisposedException.ThrowIf(_readiness.IsClosed, typeof(EpollTransport));
        }
    }
}
