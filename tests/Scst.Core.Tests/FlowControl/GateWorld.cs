using System.Collections.Generic;
using System.Linq;

namespace Scst.Tests.FlowControl;

/// <summary>A gate that a random history is played with, and what must hold after each step.</summary>
internal sealed class GateWorld
{
    private const int QueueLength = 3;
    private const int Shares = 5;

    private readonly DepthGate<object> _gate;
    private readonly DepthShare<object>[] _shares = [.. Enumerable.Range(1, Shares).Select(weight => new DepthShare<object>(weight))];
    private readonly List<object>[] _inside = [.. Enumerable.Range(0, Shares).Select(_ => new List<object>())];
    private readonly List<object>[] _waiting = [.. Enumerable.Range(0, Shares).Select(_ => new List<object>())];
    private readonly List<object> _expired = [];
    private int _depth;
    private long _now;

    internal GateWorld(int depth)
    {
        _depth = depth;
        _gate = new DepthGate<object>(depth, QueueLength);
    }

    /// <summary>What was broken.</summary>
    internal string? Fault { get; private set; }

    private int Inside => _inside.Sum(inside => inside.Count);

    internal void Act(int what, int share, int number)
    {
        _now++;
        int before = Inside;
        switch (what)
        {
            case < 10:
                Enter(share);
                break;
            case < 15:
                Leave(share);
                break;
            case 15:
                _depth = number + 1;
                _gate.SetDepth(_depth);
                break;
            case 16:
                Withdraw(share);
                break;
            case 17:
                Expire(number);
                break;
            case 18:
                _gate.Tidy();
                break;
            default:
                Lend(share);
                break;
        }
        TakeEntered();
        Check(before, isReturn: what == 19);
    }

    internal void Finish()
    {
        for (int share = 0; share < Shares; share++)
        {
            while (_inside[share].Count > 0)
            {
                Leave(share);
                TakeEntered();
                share = 0;
            }
        }
        if (_gate.Waiting > 0 || _gate.IsPressed || _gate.Occupancy > 0)
            Fault ??= "Something is left.";
        foreach (DepthShare<object> share in _shares)
            _gate.Remove(share);
        if (_gate.Shares.Length > 0)
            Fault ??= "A share is left.";
    }

    private void Check(int before, bool isReturn)
    {
        int inside = Inside;
        if (inside > before && inside > _depth && !isReturn)
            Fault ??= $"{inside} are inside, at a depth of {_depth}.";
        if (_waiting.Any(waiting => waiting.Count > 0) && inside < _depth)
            Fault ??= $"{inside} are inside at a depth of {_depth}, and some wait.";
        if (_gate.Occupancy != inside || _gate.Waiting != _waiting.Sum(waiting => waiting.Count))
            Fault ??= "The gate counts wrong.";
        if (_waiting.Any(waiting => waiting.Count > 0) && !_gate.IsPressed)
            Fault ??= "Some wait, and those who leave would not know.";
    }

    private void Enter(int share)
    {
        object command = new();
        if (_shares[share].TryEnter())
        {
            _inside[share].Add(command);
            return;
        }
        switch (_gate.Enter(_shares[share], command, _now))
        {
            case GateResult.Entered:
                _inside[share].Add(command);
                break;
            case GateResult.Waits:
                _waiting[share].Add(command);
                break;
            default:
                if (_waiting[share].Count < QueueLength)
                    Fault ??= "A command was refused although there was room for it to wait.";
                break;
        }
    }

    private void Leave(int share)
    {
        if (_inside[share].Count == 0)
            return;
        _inside[share].RemoveAt(0);
        _shares[share].Retire();
        if (_gate.IsPressed)
            _gate.Leave(_shares[share]);
    }

    /// <summary>A command lends its place to others for as long as it takes them to come, and is back.</summary>
    private void Lend(int share)
    {
        if (_inside[share].Count == 0)
            return;
        object lender = _inside[share][0];
        Leave(share);
        TakeEntered();
        _gate.Return(_shares[share]);
        _inside[share].Insert(0, lender);
    }

    private void Withdraw(int share)
    {
        if (_gate.TryWithdraw(_shares[share], new object()))
            Fault ??= "A command that does not wait was withdrawn.";
        if (_waiting[share].Count == 0)
            return;
        if (!_gate.TryWithdraw(_shares[share], _waiting[share][^1]))
            Fault ??= "A command that waits was not found.";
        _waiting[share].RemoveAt(_waiting[share].Count - 1);
    }

    private void Expire(int number)
    {
        _gate.Expire(_now - number, _expired);
        foreach (object command in _expired)
        {
            if (!_waiting.Any(waiting => waiting.Remove(command)))
                Fault ??= "A command has expired that did not wait.";
        }
        _expired.Clear();
    }

    private void TakeEntered()
    {
        while (_gate.TryTakeEntered(out object? command))
        {
            int share = System.Array.FindIndex(_waiting, waiting => waiting.Contains(command!));
            if (share < 0 || _waiting[share][0] != command)
            {
                Fault ??= "A command has overtaken another one of its share.";
                return;
            }
            _waiting[share].RemoveAt(0);
            _inside[share].Add(command!);
        }
    }
}
