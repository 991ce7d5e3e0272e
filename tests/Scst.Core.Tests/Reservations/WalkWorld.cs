using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Core.Tests.Reservations.Persistent;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>An engine with two target ports, its initiators and its store on one side; the model on the other.</summary>
internal sealed class WalkWorld(Random random) : IAsyncDisposable
{
    internal static readonly string[] Names = ["a", "b", "c"];

    private static readonly ushort[] _ports = [1, 2];

    private readonly List<TransportId> _connected = [];
    private ulong _foreignKeys = 0x1000;
    private ScsiEngine _engine = null!;
    private LoopbackDriver _driver = null!;
    private Target[] _targets = [];

    internal ScriptedStateStore Store { get; } = new();

    internal WalkHandler Disk { get; private set; } = null!;

    internal LogicalUnit Unit { get; private set; } = null!;

    internal ReservationModel Model { get; private set; } = null!;

    /// <summary>What another writer has put in the place of the record; null once the engine knows.</summary>
    internal ReservationModel? Theirs { get; private set; }

    internal List<WalkSession> Sessions { get; } = [];

    /// <summary>Registers nothing and holds nothing.</summary>
    internal WalkSession Observer { get; private set; } = null!;

    internal void Start()
    {
        Model ??= new ReservationModel(_ports, [], _connected, limit: 4096);
        _engine = new ScsiEngine(new ScsiEngineOptions { StateStore = Store });
        _driver = new LoopbackDriver(_engine);
        Disk = new WalkHandler();
        Unit = _engine.AddLogicalUnit("disk", Disk);
        _targets =
        [
            .. _ports.Select(port => _driver.AddTarget(
                $"target {port}",
                new TargetOptions { DefaultGroup = AccessControlGroup.Of(Unit), RelativeTargetPort = port })),
        ];
        Observer = new WalkSession(_driver.Connect(_targets[0], "observer"), Nexus("observer", 1));
        Observer.Use();
        Assert.That(WalkSession.SenseOf(Observer.Run(Cdbs.TestUnitReady)), Is.EqualTo(Observer.Take(beforeReservations: true)));
        Reconnect();
    }

    public async ValueTask DisposeAsync()
    {
        await _driver.DisposeAsync();
        await _engine.DisposeAsync();
        Assert.That(_engine.BufferPool.RentedBytes, Is.Zero, "A buffer was not given back.");
        Sessions.Clear();
        _connected.Clear();
    }

    /// <returns>Whether the record was damaged.</returns>
    internal async Task<bool> RestartAsync()
    {
        await DisposeAsync();
        // Power on finds out; nobody is left to be told.
        if (Theirs is not null)
            TakeOver();
        bool isDamaged = Store.Record is { Length: > 0 } && !Model.Lost && random.Next(4) == 0;
        if (isDamaged)
        {
            byte[] record = [.. Store.Record!];
            record[random.Next(record.Length)] ^= (byte)(1 << random.Next(8));
            Store.Put(record);
            Model.Forget();
            Model.Lost = true;
        }
        else
        {
            Model.PowerOn();
        }
        Start();
        return isDamaged;
    }

    /// <summary>Ends some sessions, perhaps, and opens one that is missing.</summary>
    internal async Task ChangeSessionsAsync()
    {
        if (Sessions.Count > 1 && random.Next(2) == 0)
        {
            await EndAsync(Sessions[random.Next(Sessions.Count)]);
        }
        else
        {
            Reconnect();
        }
    }

    internal async Task EndAsync(WalkSession ended)
    {
        Sessions.Remove(ended);
        await ended.Initiator.CloseAsync();
        if (Sessions.All(session => !session.Nexus.InitiatorPort.Equals(ended.Nexus.InitiatorPort)))
            _connected.Remove(ended.Nexus.InitiatorPort);
    }

    /// <summary>Another writer replaces the record behind the back of the engine.</summary>
    internal void Rewrite()
    {
        NexusId[] registered = [.. Model.Keys.Keys.Where(_ => random.Next(3) != 0)];
        int[] types = [0, 1, 3, 5, 6, 7, 8];
        // A key that nobody else uses, so that it cannot be what the engine wanted to store.
        Theirs = Model.Rewritten(registered, ++_foreignKeys, types[random.Next(types.Length)]);
        Store.Put(registered.Length == 0 ? [] : PersistentReservationRecord.Write(new PersistentReservationState(
            registered.Select(nexus => new PersistentRegistration(nexus, _foreignKeys)),
            Theirs.Type == 0 ? null : new((PersistentReservationType)Theirs.Type, Theirs.Holder),
            0,
            aptpl: true)));
    }

    /// <summary>What the other writer has put there is what the engine wants as well.</summary>
    internal void Forget() => Theirs = null;

    /// <summary>The engine has found out.</summary>
    internal Dictionary<NexusId, int> TakeOver()
    {
        Dictionary<NexusId, int> told = Model.TakeOver(Theirs!);
        Theirs = null;
        return told;
    }

    /// <summary>What a failed store makes of a change.</summary>
    internal void Undo(ReservationModel before) => Model = before;

    internal void Tell(ModelAnswer answer)
    {
        foreach (WalkSession session in Sessions)
        {
            if (answer.Attentions.TryGetValue(session.Nexus, out int condition))
                session.Tell(condition);
        }
    }

    private static NexusId Nexus(string name, ushort port) => new(TransportId.Iscsi(name, 0), port);

    private void Reconnect()
    {
        foreach (string name in Names)
        {
            foreach (ushort port in _ports)
            {
                NexusId nexus = Nexus(name, port);
                if (Sessions.Any(session => session.Nexus == nexus) || (Sessions.Count > 0 && random.Next(3) == 0))
                    continue;
                Sessions.Add(new WalkSession(_driver.Connect(_targets[port - 1], name), nexus));
                if (!_connected.Contains(nexus.InitiatorPort))
                    _connected.Add(nexus.InitiatorPort);
            }
        }
    }
}
