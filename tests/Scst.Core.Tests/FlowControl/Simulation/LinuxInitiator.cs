using System;
using System.Collections.Generic;

namespace Scst.Tests.FlowControl.Simulation;

/// <summary>
/// An initiator that does what Linux does: so many requests at once; a command that has no status after 30 s is aborted and, if that
/// takes long, the logical unit is reset; TASK SET FULL lowers its queue depth when it comes again and again, and after two minutes
/// without it the depth grows again; what was refused is sent again when another command has ended, or after 3 ms.
/// </summary>
internal sealed class LinuxInitiator
{
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private const int Retries = 5;
    private const int FullsToLower = 10;

    private static readonly TimeSpan _abortTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _refusedDelay = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan _sameFull = TimeSpan.FromMilliseconds(16);
    private static readonly TimeSpan _rampUp = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan _way = TimeSpan.FromMicroseconds(100);

    private readonly VirtualTime _time;
    private readonly FlowTarget _target;
    private readonly Random _random;
    private readonly bool _isEndless;
    private readonly LinkedList<FlowRequest> _requests = [];
    private readonly HashSet<FlowCommand> _running = [];
    private int _depth;
    private int _fulls;
    private int _fullsAtDepth;
    private TimeSpan _lastFull = -_rampUp;
    private TimeSpan _lastRamp;
    private bool _isBlocked;
    private bool _isResetting;

    internal LinuxInitiator(VirtualTime time, FlowTarget target, int depth, Random random, int weight = 1, bool isSilent = false, bool isEndless = false)
    {
        _time = time;
        _target = target;
        _random = random;
        _depth = depth;
        MaxDepth = depth;
        IsSilent = isSilent;
        _isEndless = isEndless;
        Share = new DepthShare<FlowCommand>(weight);
    }

    internal int MaxDepth { get; }

    /// <summary>Whether it writes and never sends the data.</summary>
    internal bool IsSilent { get; }

    internal DepthShare<FlowCommand> Share { get; }

    internal int Outstanding => _running.Count;

    internal long Completed { get; private set; }

    internal int Aborts { get; private set; }

    internal int Resets { get; private set; }

    internal int GivenUp { get; private set; }

    internal int Refusals { get; private set; }

    /// <summary>The longest time that a command had no status.</summary>
    internal TimeSpan Longest { get; private set; }

    /// <summary>Begins as many requests as it may have commands, and one more whenever one is over.</summary>
    internal void Start()
    {
        for (int i = 0; i < MaxDepth; i++)
            Want();
        Send();
    }

    internal void Answer(FlowCommand command, FlowStatus status) => _time.After(_way, () => Take(command, status));

    private void Want() => _requests.AddLast(new FlowRequest { Block = _random.Next(QueueingStore.Blocks) });

    private void Send()
    {
        while (!_isBlocked && !_isResetting && _running.Count < _depth && _requests.First is { } first)
        {
            _requests.RemoveFirst();
            first.Value.Began ??= _time.Now;
            var command = new FlowCommand { Initiator = this, Request = first.Value, Sent = _time.Now };
            _running.Add(command);
            if (!_isEndless)
                _time.After(Timeout, () => GiveUp(command));
            _time.After(_way, () => _target.Receive(command));
        }
    }

    private void Take(FlowCommand command, FlowStatus status)
    {
        if (command.IsOver)
            return;
        End(command);
        switch (status)
        {
            case FlowStatus.Good:
                _isBlocked = false;
                Completed++;
                Want();
                RampUp();
                Send();
                break;
            case FlowStatus.TaskAborted:
                Again(command.Request);
                Send();
                break;
            default:
                Refusals++;
                if (status == FlowStatus.TaskSetFull)
                    TrackFull();
                _requests.AddFirst(command.Request);
                if (_time.Now - command.Request.Began > Timeout * (Retries + 1))
                    Fail(command.Request);
                _isBlocked = true;
                _time.After(_refusedDelay, Unblock);
                break;
        }
    }

    /// <summary>With commands running the end of one of them is waited for.</summary>
    private void Unblock()
    {
        if (!_isBlocked || _running.Count > 0)
            return;
        _isBlocked = false;
        Send();
    }

    private void End(FlowCommand command)
    {
        command.IsOver = true;
        _running.Remove(command);
        TimeSpan took = _time.Now - command.Sent;
        if (took > Longest)
            Longest = took;
    }

    private void TrackFull()
    {
        if (_time.Now - _lastFull < _sameFull)
            return;
        _lastFull = _time.Now;
        if (_fullsAtDepth != _depth - 1)
            (_fulls, _fullsAtDepth) = (1, _depth - 1);
        else
            _fulls++;
        if (_fulls > FullsToLower)
            _depth = Math.Max(1, _depth - 1);
    }

    private void RampUp()
    {
        if (_depth >= MaxDepth || _time.Now - _lastRamp < _rampUp || _time.Now - _lastFull < _rampUp)
            return;
        _lastRamp = _time.Now;
        _depth++;
    }

    private void GiveUp(FlowCommand command)
    {
        if (command.IsOver)
            return;
        End(command);
        Aborts++;
        bool isAborted = false;
        _time.After(_abortTimeout, () =>
        {
            if (!isAborted && !_isResetting)
                Reset();
        });
        _target.Abort(command, () =>
        {
            isAborted = true;
            Again(command.Request);
            Send();
        });
    }

    private void Reset()
    {
        Resets++;
        _isResetting = true;
        foreach (FlowCommand command in new List<FlowCommand>(_running))
        {
            End(command);
            Again(command.Request);
        }
        _target.Reset(() =>
        {
            _isResetting = false;
            _isBlocked = false;
            Send();
        });
    }

    private void Again(FlowRequest request)
    {
        _requests.AddFirst(request);
        if (++request.Retries > Retries)
            Fail(request);
    }

    private void Fail(FlowRequest request)
    {
        _requests.Remove(request);
        GivenUp++;
        Want();
    }
}
