using System;
using System.Threading;
using System.Threading.Tasks;
using Scst.Diagnostics;

namespace Scst;

/// <summary>
/// A pause of a logical unit, of a session, or of one LUN of a session, for maintenance or to switch the backend. Commands that
/// have had their turn go on; others wait, in their order, until the pause is over. Task management is not paused: what waits
/// can be aborted, and sessions can be closed. Pauses of the same may overlap; commands go on when the last one is over. One of a
/// session ends with it.
/// </summary>
/// <remarks>
/// A command that waits keeps its buffers and its place in the queue depth, so that more commands may end in TASK SET FULL. Its data-out
/// is received meanwhile. Commands to a LUN that names no logical unit do not wait.
/// </remarks>
public sealed class Pause : IDisposable
{
    private const int Resumed = 1;
    private const int Expired = 2;

    private readonly TaskCompletionSource<bool> _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScsiEngine _engine;
    private readonly IPausable _paused;
    private readonly long _began;
    private ITimer? _limit;
    private long _ended;
    private int _over;

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
    /// Completes when no command that had its turn before can touch the medium any more: until the pause is over, no command of what
    /// is paused is, or comes, in <see cref="IDevHandler.Execute"/>. It does not fail, and waits on if the pause is over before.
    /// </summary>
    /// <remarks>
    /// <para>A WRITE that found nobody waiting has its turn while its data is received, and a READ whose data was lent until it is
    /// sent: an initiator that is slow delays this.</para>
    /// <para>A handler may still be asked to parse commands, and told of the end of bursts and of commands. A change of the medium
    /// must be looked for in <see cref="IDevHandler.Execute"/>, as commands that wait have been parsed before. What a handler does
    /// behind a command that has ended, such as SYNCHRONIZE CACHE with IMMED, is its own.</para>
    /// </remarks>
    public Task Drained => _drained.Task;

    /// <summary>Whether the pause is over.</summary>
    public bool IsOver => Volatile.Read(ref _over) != 0;

    /// <summary>Whether the pause is over because its longest time had passed.</summary>
    public bool HasExpired => Volatile.Read(ref _over) == Expired;

    /// <summary>Ends the pause; commands that wait may be executed before this returns. No effect when it is over already.</summary>
    public void Resume() => End(Resumed);

    /// <inheritdoc cref="Resume"/>
    public void Dispose() => Resume();

    /// <summary>What is paused, and why.</summary>
    public override string ToString() => $"{Scope}: {Options.Reason}";

    internal static Pause Begin(ScsiEngine engine, IPausable paused, PauseOptions options)
    {
        var pause = new Pause(engine, paused, options);
        // Before anybody can see the pause, and so end it: the gate must not be opened before it was closed.
        paused.Close();
        paused.Pauses.Add(pause);
        pause.Limit();
        var operation = new AbortOperation(_ => pause._drained.SetResult(true)) { EndsWithTurn = true };
        engine.Pipeline.Run(() => engine.Aborts.Await(operation, paused.Commands, paused.Concerns));
        engine.Log.Paused(pause.Scope, options.Reason, options.Longest);
        return pause;
    }

    private void Limit()
    {
        // Started when it is stored, as it may be due at once.
        _limit = _engine.Options.TimeProvider.CreateTimer(
            static state =>
            {
                var pause = (Pause)state!;
                pause._engine.Pipeline.Run(() => pause.End(Expired));
            },
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _limit.Change(Options.Longest, Timeout.InfiniteTimeSpan);
        if (IsOver)
            _limit.Dispose();
    }

    private void End(int how)
    {
        if (Interlocked.CompareExchange(ref _over, how, 0) != 0)
            return;
        Volatile.Write(ref _ended, _engine.Options.TimeProvider.GetTimestamp());
        _limit?.Dispose();
        _paused.Pauses.Remove(this);
        _paused.Open();
        // Last: whatever a logger does, commands go on.
        _engine.PauseEnded(this);
        if (how == Expired)
            _engine.Log.PauseExpired(Scope, Options.Reason, Duration);
        else
            _engine.Log.Resumed(Scope, Options.Reason, Duration);
    }
}
