using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Tests.Simulation.Access;

/// <summary>
/// Initiators that write and read back their own blocks while who may see what changes at random, also in the middle of a command's
/// translation. Every rule is checked at the moment at which it could be broken.
/// </summary>
internal sealed partial class AccessWorld : IDisposable
{
    private const int Units = 3;
    private const int Luns = 4;
    private const int Initiators = 4;

    private static readonly string[] _groupNames = ["a", "b"];

    private readonly FakeTimeProvider _clock = new();
    private readonly List<AccessDisk> _disks = [];
    private readonly List<LogicalUnit> _units = [];
    private readonly List<AccessInitiator> _initiators = [];
    private readonly Dictionary<string, Dictionary<int, (int Unit, bool IsReadOnly)>> _maps = [];
    private readonly ScsiEngine _engine;
    private readonly Target _target;
    private string? _failure;
    private ulong _tags;
    private int _time;

    internal AccessWorld(int seed, bool trustsOldViews = false, Func<LogicalUnit, TaskSet>? makeTaskSet = null, Func<OrphanedCommands>? makeOrphans = null)
    {
        Scheduler = new SeededScheduler(seed);
        var options = new ScsiEngineOptions
        {
            Steps = Scheduler,
            TimeProvider = _clock,
            Probe = new Interloper(this, trustsOldViews),
        };
        options = makeTaskSet is null ? options : options with { MakeTaskSet = makeTaskSet };
        _engine = new ScsiEngine(makeOrphans is null ? options : options with { MakeOrphans = makeOrphans });
        for (int i = 0; i < Units; i++)
        {
            _disks.Add(new AccessDisk(this, i));
            _units.Add(_engine.AddLogicalUnit($"unit{i}", _disks[i]));
        }
        foreach (string name in _groupNames)
            _maps.Add(name, []);
        for (int i = 0; i < Initiators; i++)
            _initiators.Add(new AccessInitiator { Number = i });
        _target = _engine.AddTarget("target", new AccessDriver(this), MakeOptions());
    }

    internal SeededScheduler Scheduler { get; }

    internal Random Random => Scheduler.Random;

    internal int Answers { get; private set; }

    internal int GoodAnswers { get; private set; }

    internal static AccessCommand Of(ScsiCommand command) => (AccessCommand)command.DriverState!;

    public void Dispose() => _ = _engine.DisposeAsync().AsTask();

    internal void Play(int events)
    {
        int haste = Random.Next(2, 30);
        _stuckOneIn = Random.Next(4) == 0 ? 6 : 100;
        for (int i = 0; i < events; i++)
        {
            Act();
            Scheduler.Run(Random.Next(haste));
        }
        Finish();
        if (_failure is not null)
            throw new AssertionException(_failure);
    }

    private void Act()
    {
        AccessInitiator initiator = _initiators[Random.Next(Initiators)];
        int what = Random.Next(100);
        if (initiator.Session is null)
            Open(initiator);
        else if (what < 2 || GivesUp(initiator))
            Close(initiator);
        else if (what < 12)
            Change();
        else if (what < 15)
            _clock.Advance(TimeSpan.FromSeconds(1));
        else if (what < 19)
            PauseSomething(initiator);
        else if (what < 23)
            ResumeSomething();
        else if (what < 24 && Random.Next(2) == 0)
            EndOneOfTheStuck();
        else
            Submit(initiator, Random.Next(Luns));
    }

    private void Open(AccessInitiator initiator)
    {
        if (initiator.Closing is { IsCompleted: false })
            return;
        initiator.Session = _target.OpenSession(initiator.Name);
        initiator.Lines.Clear();
        initiator.History.Clear();
        initiator.Running.Clear();
        (initiator.InventoryChanges, initiator.InventoryReports, initiator.LastInventoryChange, initiator.LastReport) = (0, 0, 0, default);
        UpdateLines(initiator, ++_time);
    }

    private void Close(AccessInitiator initiator)
    {
        // What it had under way may or may not have been done.
        foreach ((int lun, AccessCommand command) in initiator.Running)
        {
            if (command.Value != 0)
                Forget(initiator, lun);
        }
        initiator.ClosingSession = initiator.Session;
        initiator.Closing = initiator.Session!.CloseAsync(SessionEndReason.Logout).AsTask();
        initiator.Session = null;
    }

    private static void Forget(AccessInitiator initiator, int lun)
    {
        for (int unit = 0; unit < Units; unit++)
            initiator.Known.Remove((unit, lun));
    }

    private void Submit(AccessInitiator initiator, int lun)
    {
        if (initiator.Running.ContainsKey(lun))
            return;
        bool isWrite = Random.Next(2) == 0;
        ScsiCommand command = initiator.Session!.RentCommand();
        command.DriverState = initiator.Running[lun] = new AccessCommand
        {
            Initiator = initiator,
            Lun = lun,
            Submitted = ++_time,
            Value = isWrite ? (byte)Random.Next(1, 256) : (byte)0,
            Line = initiator.Lines.GetValueOrDefault(lun),
        };
        TaskAttribute attribute = Random.Next(8) == 0 ? TaskAttribute.Ordered : TaskAttribute.Simple;
        byte[] cdb = [isWrite ? AccessDisk.Write : AccessDisk.Read, BlockOf(initiator, lun), 0, 0, 0, 0];
        DataDirection direction = isWrite ? DataDirection.FromInitiator : DataDirection.ToInitiator;
        command.Initialize(++_tags, Lun.FromNumber(lun), cdb, attribute, direction, AccessDisk.BlockLength);
        initiator.Session.Submit(command);
    }

    private static byte BlockOf(AccessInitiator initiator, int lun) => (byte)(initiator.Number * Luns + lun);

    /// <summary>Changes the model, hands it over, and takes note of when no new command can use the old map.</summary>
    private void Change()
    {
        int changes = Random.Next(1, 4);
        for (int i = 0; i < changes; i++)
            Edit();
        var policy = new AccessChangePolicy
        {
            DrainTime = Random.Next(3) switch
            {
                0 => TimeSpan.Zero,
                1 => TimeSpan.FromSeconds(1),
                _ => System.Threading.Timeout.InfiniteTimeSpan,
            },
        };
        // The change has its effect at some moment between the two.
        int begin = ++_time;
        Task drained = _target.ChangeAccess(_ => MakeOptions(), policy).Drained;
        _time++;
        foreach (AccessInitiator initiator in _initiators)
        {
            if (initiator.Session is not null)
                UpdateLines(initiator, begin, drained);
        }
    }

    private void Edit()
    {
        Dictionary<int, (int Unit, bool IsReadOnly)> map = _maps[_groupNames[Random.Next(_groupNames.Length)]];
        int lun = Random.Next(Luns);
        switch (Random.Next(4))
        {
            case 0:
                map.Remove(lun);
                break;
            case 1:
                int group = Random.Next(_groupNames.Length + 1);
                _initiators[Random.Next(Initiators)].Group = group < _groupNames.Length ? _groupNames[group] : null;
                break;
            default:
                // Often what it was before.
                map[lun] = (Random.Next(4) > 0 ? lun % Units : Random.Next(Units), Random.Next(4) == 0);
                break;
        }
    }

    private TargetOptions MakeOptions() => new()
    {
        Groups =
        [
            .. _groupNames.Select(name => new AccessControlGroup
            {
                Name = name,
                Initiators = [.. _initiators.Where(initiator => initiator.Group == name).Select(initiator => (InitiatorRule)initiator.Name)],
                Luns = [.. _maps[name].Select(line => new LunMapping(line.Key, _units[line.Value.Unit], line.Value.IsReadOnly))],
            }),
        ],
    };

    private void UpdateLines(AccessInitiator initiator, int time, Task? drained = null)
    {
        Dictionary<int, (int Unit, bool IsReadOnly)> map = initiator.Group is { } group ? _maps[group] : [];
        bool hasOtherUnits = false;
        for (int lun = 0; lun < Luns; lun++)
        {
            AccessLine? before = initiator.Lines.GetValueOrDefault(lun);
            (int Unit, bool IsReadOnly)? now = map.TryGetValue(lun, out (int, bool) line) ? line : null;
            if (before?.Unit == now?.Unit)
            {
                if (before is not null && before.IsReadOnly != now!.Value.IsReadOnly)
                    (before.IsReadOnly, before.ProtectionChanged) = (now.Value.IsReadOnly, _time);
                continue;
            }
            hasOtherUnits = true;
            initiator.Lines.Remove(lun);
            if (before is not null)
                (before.Until, before.Drained) = (_time, drained);
            if (now is { } added)
            {
                initiator.Lines[lun] = new AccessLine { Unit = added.Unit, IsReadOnly = added.IsReadOnly, Since = time };
                initiator.History.Add((lun, initiator.Lines[lun]));
            }
        }
        if (hasOtherUnits && time != _time)
        {
            initiator.InventoryChanges++;
            initiator.LastInventoryChange = _time;
        }
    }

    private void Fail(string message) => _failure ??= message;

    private sealed class Interloper(AccessWorld world, bool trustsOldViews) : TranslationProbe
    {
        internal override bool TrustsOldViews => trustsOldViews;

        internal override void Found(ScsiCommand command)
        {
            if (world.Random.Next(8) == 0)
                world.Change();
        }
    }
}
