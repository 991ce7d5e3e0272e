using System;
using System.Collections.Generic;
using System.Linq;

namespace Scst.Tests.FlowControl.Simulation;

/// <summary>A target with one logical unit, and with the core's gate and controller or without them.</summary>
internal sealed class FlowTarget
{
    private const int QueueLength = 8;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time;
    private readonly QueueingStore _store;
    private readonly DepthController? _controller;
    private readonly DepthGate<FlowCommand>? _gate;
    private readonly HashSet<FlowCommand> _inside = [];
    private readonly List<FlowCommand> _expired = [];

    internal FlowTarget(VirtualTime time, QueueingStore store, DepthController? controller, TimeSpan tick)
    {
        _time = time;
        _store = store;
        _controller = controller;
        if (controller is null)
            return;
        _gate = new DepthGate<FlowCommand>(controller.Depth, QueueLength);
        time.Every(tick, Tick);
    }

    /// <summary>When the depth became what.</summary>
    internal List<(TimeSpan At, int Depth, QueueDepthReason Reason)> Decisions { get; } = [];

    internal int Depth => _controller?.Depth ?? int.MaxValue;

    /// <summary>The most commands that the store had at once.</summary>
    internal int MostInside { get; private set; }

    /// <summary>The sum of the commands' times and how many they were, since the last <see cref="Forget"/>.</summary>
    internal (TimeSpan Sum, long Count) Times { get; private set; }

    /// <summary>The longest of them.</summary>
    internal TimeSpan Worst { get; private set; }

    internal void Forget()
    {
        Times = default;
        Worst = default;
    }

    internal void Receive(FlowCommand command)
    {
        if (command.IsOver)
            return;
        DepthShare<FlowCommand> share = command.Initiator.Share;
        if (_gate is null || share.TryEnter())
        {
            Begin(command);
            return;
        }
        switch (_gate.Enter(share, command, _time.Now.Ticks))
        {
            case GateResult.Entered:
                Begin(command);
                break;
            case GateResult.Refused:
                Refuse(command);
                break;
        }
    }

    internal void Abort(FlowCommand command, Action done)
    {
        if (_gate?.TryWithdraw(command.Initiator.Share, command) == true || !_inside.Contains(command))
        {
            done();
        }
        else if (command.IsInStore)
        {
            command.Aborted += done;
        }
        else
        {
            Leave(command);
            done();
        }
    }

    internal void Reset(Action done)
    {
        FlowCommand[] affected = [.. _inside];
        int left = 1;
        Action one = () =>
        {
            if (--left == 0)
                done();
        };
        foreach (FlowCommand command in affected)
        {
            left++;
            command.Initiator.Answer(command, FlowStatus.TaskAborted);
            Abort(command, one);
        }
        one();
    }

    private void Refuse(FlowCommand command) =>
        command.Initiator.Answer(command, command.Initiator.Outstanding > 1 ? FlowStatus.TaskSetFull : FlowStatus.Busy);

    private void Begin(FlowCommand command)
    {
        _inside.Add(command);
        command.Admitted = _time.Now;
        if (command.Initiator.IsSilent)
        {
            command.WaitsForDataSince = _time.Now;
            return;
        }
        command.IsInStore = true;
        MostInside = Math.Max(MostInside, _inside.Count);
        _store.Begin(command, () => End(command));
    }

    private void End(FlowCommand command)
    {
        TimeSpan elapsed = _time.Now - command.Admitted;
        Times = (Times.Sum + elapsed, Times.Count + 1);
        Worst = elapsed > Worst ? elapsed : Worst;
        if (command.Aborted is { } aborted)
            aborted();
        else
            command.Initiator.Answer(command, FlowStatus.Good);
        if (_controller is not null)
        {
            var time = new CommandTime(elapsed, LinuxInitiator.Timeout);
            _controller.Note(_time.Now, command.Admitted, time);
            if (command.Admitted > _controller.RoundBegan)
                _controller.NoteEnded(1, elapsed.Ticks, elapsed);
            if (time.IsAbove(TimeoutPolicy.CutAbove))
                Decide();
        }
        Leave(command);
    }

    private void Leave(FlowCommand command)
    {
        _inside.Remove(command);
        if (_gate is null || command.IsSuspended)
            return;
        command.Initiator.Share.Retire();
        LeaveGate(command);
    }

    private void LeaveGate(FlowCommand command)
    {
        if (_gate!.IsPressed)
            _gate.Leave(command.Initiator.Share);
        BeginEntered();
    }

    private void BeginEntered()
    {
        while (_gate!.TryTakeEntered(out FlowCommand? entered))
            Begin(entered!);
    }

    private void Decide()
    {
        int before = _controller!.Depth;
        QueueDepthDecision decision = _controller.Decide(_time.Now);
        if (decision.Depth == before && !decision.EndsRound)
            return;
        Decisions.Add((_time.Now, decision.Depth, decision.Reason));
        _gate!.SetDepth(decision.Depth);
        BeginEntered();
    }

    private void Tick()
    {
        foreach (FlowCommand command in _inside.Where(static inside => inside.WaitsForDataSince is null))
            _controller!.Note(_time.Now, command.Admitted, new CommandTime(_time.Now - command.Admitted, LinuxInitiator.Timeout));
        _controller!.NoteAdmitted(_gate!.Occupancy);
        Decide();
        foreach (FlowCommand silent in _inside.Where(Waits).ToArray())
        {
            silent.IsSuspended = true;
            silent.Initiator.Share.Retire();
            LeaveGate(silent);
        }
        _gate.Tidy();
        _gate.Expire((_time.Now - (LinuxInitiator.Timeout / TimeoutPolicy.RecoverBelow)).Ticks, _expired);
        foreach (FlowCommand command in _expired)
            Refuse(command);
        _expired.Clear();
        BeginEntered();
    }

    private bool Waits(FlowCommand command) => !command.IsSuspended && command.WaitsForDataSince is { } since && _time.Now - since > _patience;
}
