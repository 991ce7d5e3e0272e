using System;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;

namespace Scst.Iscsi.Sending;

/// <summary>
/// Sends what is queued, batch after batch, one at a time. It is one asynchronous method that lives as long as the session
/// and rests while nothing is queued, so that no batch allocates anything. Whoever wakes it runs it on its own thread until
/// the socket makes it wait.
/// </summary>
internal sealed class PduSender : IThreadPoolWorkItem, IValueTaskSource
{
    private readonly IscsiSession _session;
    private readonly BatchWriter _writer;
    private ManualResetValueTaskSourceCore<bool> _wakeUp;
    private Task _completion = Task.CompletedTask;

    public PduSender(IscsiSession session, BatchWriter writer)
    {
        _session = session;
        _writer = writer;
    }

    /// <summary>Begins to live; returns at the first rest.</summary>
    public void Start() => _completion = RunAsync();

    /// <summary>Completes when the sender has ended; it does so once the ledger is closed.</summary>
    public Task WhenOverAsync() => _completion;

    /// <summary>Runs the sender here. Only for the one to whom the ledger gave the right.</summary>
    public void Run() => _wakeUp.SetResult(true);

    /// <summary>Runs the sender on the thread pool. Only for the one to whom the ledger gave the right.</summary>
    public void Schedule() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IThreadPoolWorkItem.Execute() => Run();

    void IValueTaskSource.GetResult(short token)
    {
        _wakeUp.GetResult(token);
        _wakeUp.Reset();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wakeUp.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wakeUp.OnCompleted(continuation, state, token, flags);

    private static bool IsFault(SocketException exception) => exception.SocketErrorCode == SocketError.Fault;

    private async Task RunAsync()
    {
        var connection = _session.Connection;
        try
        {
            while (true)
            {
                var taken = _session.Ledger.Take(out var head, out var expCmdSN, out var maxCmdSN);
                if (taken == TakeResult.Closed)
                    break;
                if (taken == TakeResult.Empty)
                {
                    // Somebody may wake this already: that is remembered until the rest begins.
                    _writer.Rest();
                    await new ValueTask(this, _wakeUp.Version).ConfigureAwait(false);
                    continue;
                }

                _writer.Begin(head, expCmdSN, maxCmdSN);
                while (!_writer.IsDone)
                {
                    _writer.MoveNext();
                    while (_writer.Vector.Length > 0)
                    {
                        try
                        {
                            connection.Counters.Sent(await connection.Transport.SendAsync(_writer.Vector).ConfigureAwait(false));
                        }
                        catch (SocketException exception) when (IsFault(exception))
                        {
                            if (!_writer.TryStepBack())
                                throw;
                        }
                    }

                    _writer.Flushed();
                }
            }
        }
        catch (SocketException exception) when (IsFault(exception))
        {
            _session.Node.MediumFaults.Add(_session.Identity);
            connection.Node.Log.MediumFaulted(connection.Id, _session.Identity.InitiatorName);
            connection.End(ConnectionEndReason.MediumFault);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            connection.End(ConnectionEndReason.ConnectionLost, exception.Message);
        }
        catch (Exception exception)
        {
            connection.Node.Log.ConnectionFailed(exception, connection.Id);
            connection.End(ConnectionEndReason.InternalError, "sending");
        }

        _writer.Abandon();
        // Nobody else will send what is queued, and somebody may wait for it.
        _session.CloseQueue();
    }
}
