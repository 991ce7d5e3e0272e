using System;
using System.Threading;
using System.Threading.Tasks;
using Scst.Diagnostics;

namespace Scst;

/// <summary>
/// A pause of a logical unit, of a session, or of one LUN of a session, for maintenance or to switch the backend. Commands that
/// have had their turn go on; others wait, in their order, until the pause is over. Task management is not paused: what waits
/// can be aborted, and sessions can be closed. Pauses of the same may overlap; commands go on when the last one is over.
/// </summary>
/// <remarks>
/// A command that waits keeps its buffers and its place in the queue depth, so that more commands may end in TASK SET FULL. Its data-out
/// is received meanwhile. Commands to a LUN that names no logical unit do not wait.
/// </remarks>
public sealed class Pause : IDisposable
{
    private readonly TaskCompletionSource<bool> _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScsiEngine _engine;
    private readonly IPausable _paused;
    private readonly long _began;
    private ITimer? _limit;
    private long _ended;
    private int _isOver;

    private Pause(ScsiEngine engine, IPausable paused, PauseOptions options)
    {
        _engine = engine;
        _paused = paused;
        Options = options;
        Began = engine.Options.TimeProvider.GetUtcNow();
        _began = engine.Options.TimeProvider.GetTimestamp();
    }

    /// <summary>The reason, and the longest time.</summary>
    public PauseOptions Options { get; }

    /// <summary>For people: what is paused.</summary>
    public string Scope => _paused.Scope;

    /// <summary>When the pause began.</summary>
    public DateTimeOffset Began { get; }

    /// <summary>How long the pause has lasted, or did last.</summary>
    public TimeSpan Duration
    {
        get
        {
            long ended = Volatile.Read(ref _ended);
            TimeProvider time = _engine.Options.TimeProvider;
            return ended == 0 ? time.GetElapsedTime(_began) : time.GetElapsedTime(_began, ended);
        }
    }

    /// <summary>
    /// Completes when no command that had its turn before can touch the medium any more: until the pause is over, the handler has
    /// nothing to do for what is paused. It does not fail, and waits on if the pause is over before.
    /// </summary>
    /// <remarks>A WRITE that is received to its place has its turn while it waits for its initiator's data.</remarks>
    public Task Drained => _drained.Task;

    /// <summary>Whether the pause is over.</summary>
    public bool IsOver => Volatile.Read(ref _isOver) != 0;

    /// <summary>Whether the pause is over because its longest time had passed.</summary>
    public bool HasExpired { get; private set; }

    /// <summary>Ends the pause; commands that wait may be executed before this returns. No effect when it is over already.</summary>
    public void Resume() => End(expired: false);

    /// <inheritdoc cref="Resume"/>
    public void Dispose() => Resume();

    /// <summary>What is paused, and why.</summary>
    public override string ToString() => $"{Scope}: {Options.Reason}";

    internal static Pause Begin(ScsiEngine engine, IPausable paused, PauseOptions options)
    {
        var pause = new Pause(engine, paused, options);
        paused.Pauses.Add(pause);
        paused.Close();
        engine.Log.Paused(pause.Scope, options.Reason, options.Longest);
        var operation = new AbortOperation(_ => pause._drained.SetResult(true)) { EndsWithTurn = true };
        engine.Pipeline.Run(() => engine.Aborts.Await(operation, paused.Commands, paused.Concerns));
        pause.Limit();
        return pause;
    }

    private void Limit()
    {
        // Started when it is stored, as it may be due at once.
        _limit = _engine.Options.TimeProvider.CreateTimer(
            static state =>
            {
                var pause = (Pause)state!;
                pause._engine.Pipeline.Run(() => pause.End(expired: true));
            },
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _limit.Change(Options.Longest, Timeout.InfiniteTimeSpan);
    }

    private void End(bool expired)
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return;
        HasExpired = expired;
        Volatile.Write(ref _ended, _engine.Options.TimeProvider.GetTimestamp());
        _limit?.Dispose();
        _paused.Pauses.Remove(this);
        if (expired)
            _engine.Log.PauseExpired(Scope, Options.Reason, Duration);
        else
            _engine.Log.Resumed(Scope, Options.Reason, Duration);
        _engine.PauseEnded(this);
        _paused.Open();
    }
}
