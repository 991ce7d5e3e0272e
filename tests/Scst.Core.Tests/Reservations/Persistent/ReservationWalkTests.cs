using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Core.Tests.Reservations.Persistent;

/// <summary>A seeded walk through the product and the model, side by side; one seed is one history.</summary>
public class ReservationWalkTests
{
    private const int StepsOfSeed = 4000;
    private const int MaxRegistrations = 9;

    private static readonly ushort[] _iscsiPorts = [1, 2, 3];
    private static readonly ushort[] _fibrePorts = [4];

    private static readonly TransportId[] _initiators =
    [
        TransportId.Iscsi("iqn.2026-01.example:a", 0x0002_3D00_0001), TransportId.Iscsi("iqn.2026-01.example:a", 0x0002_3D00_0002),
        TransportId.Iscsi("iqn.2026-01.example:b", 0x8000_0000_0001), TransportId.FibreChannel(0x2100_0000_0000_0001),
    ];

    private static readonly NexusId[] _nexuses =
    [
        .. _initiators.Take(3).SelectMany(initiator => _iscsiPorts.Select(port => new NexusId(initiator, port))),
        new NexusId(_initiators[3], 4),
    ];

    /// <summary>Those that may be named in a parameter list: also nodes, a port without session, and one that none can reach.</summary>
    private static readonly TransportId[] _named =
    [
        .. _initiators, TransportId.IscsiDevice("IQN.2026-01.example:A"), TransportId.IscsiDevice("iqn.2026-01.example:unknown"),
        TransportId.Iscsi("iqn.2026-01.example:c", 1), TransportId.Sas(0x5000_0000_0000_0001),
    ];

    private static readonly PersistentReservationContext _context = new()
    {
        TargetPorts =
        [
            .. _iscsiPorts.Select(port => (port, ProtocolIdentifier.Iscsi)),
            .. _fibrePorts.Select(port => (port, ProtocolIdentifier.FibreChannel)),
        ],
        InitiatorPorts = _initiators,
        CanPersist = true,
        MaxRegistrations = MaxRegistrations,
    };

    private static readonly (string Name, byte[] Cdb, bool[] Columns, bool WhenLost, CommandDescriptor Command)[] _commands =
    [
        .. ModelTables.All.Select(row => (row.Name, row.Cdb, row.Columns, row.WhenLost, DescriptorOf(row.Cdb))),
    ];

    private readonly Dictionary<(int Action, byte Status), int> _seen = [];
    private readonly HashSet<int> _heldTypes = [];
    private int _steps;
    private int _attentions;
    private int _aborts;
    private int _restarts;
    private int _losses;

    [Test]
    public void The_product_and_the_model_agree_on_every_step_of_twenty_histories()
    {
        for (int seed = 1; seed <= 20; seed++)
            Walk(seed, StepsOfSeed);
        TestContext.Out.WriteLine(
            $"{_steps} steps, {_attentions} unit attentions, {_aborts} aborts, {_restarts} restarts, {_losses} losses; "
            + string.Join(", ", _seen.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key.Action}/{pair.Key.Status:X2}: {pair.Value}")));
        // A walk that went nowhere would prove nothing.
        Assert.That(_steps, Is.GreaterThanOrEqualTo(50_000));
        for (int action = 0; action <= 8; action++)
        {
            // REGISTER AND IGNORE EXISTING KEY never conflicts.
            foreach (byte status in action == 6 ? new byte[] { 0x00, 0x02 } : [0x00, 0x02, 0x18])
            {
                int count = _seen.GetValueOrDefault((action, status));
                Assert.That(count, Is.GreaterThan(100), $"Service action {action} with status {status:X2}.");
            }
        }
        Assert.That(_heldTypes, Is.EquivalentTo(new[] { 0, 1, 3, 5, 6, 7, 8 }));
        Assert.That(new[] { _attentions, _aborts, _restarts, _losses }, Has.All.GreaterThan(100));
    }

    private void Walk(int seed, int steps)
    {
        var random = new Random(seed);
        var model = new ReservationModel(_iscsiPorts, _fibrePorts, _initiators, MaxRegistrations);
        PersistentReservationState state = PersistentReservationState.Empty;
        ReadOnlyMemory<byte> record = default;
        for (int step = 0; step < steps; step++)
        {
            string what = $"seed {seed}, step {step}";
            if (random.Next(60) == 0)
            {
                state = Restart(random, model, ref record);
                what += ", restart";
            }
            else
            {
                NexusId from = Sender(random, model);
                ModelOrder order = Order(random, model, from);
                what += $", {order} from {from}";
                state = Step(what, state, model, from, order, ref record);
            }
            CheckState(what, state, model);
            CheckAccess(what, state, model);
            _steps++;
        }
    }

    private PersistentReservationState Step(
        string what,
        PersistentReservationState state,
        ReservationModel model,
        NexusId from,
        ModelOrder order,
        ref ReadOnlyMemory<byte> record)
    {
        PersistentReserveOutOutcome outcome = order.Run(state, _context, from);
        ModelAnswer answer = model.Do(from, order);
        Require((byte)outcome.Status == answer.Status, what, $"status {outcome.Status} for {answer.Status:X2}, sense {outcome.Sense}");
        int sense = (byte)outcome.Sense.Key << 16 | outcome.Sense.Additional.Code << 8 | outcome.Sense.Additional.Qualifier;
        Require(sense == answer.Sense, what, $"sense {sense:X} for {answer.Sense:X}");
        int pointed = outcome.Sense.FieldPointer?.ByteOffset ?? -1;
        Require(pointed == answer.Byte, what, $"field pointer {pointed} for {answer.Byte}");
        Require(
            outcome.UnitAttentions.Count == answer.Attentions.Count
                && outcome.UnitAttentions.All(pair =>
                    answer.Attentions.TryGetValue(pair.Nexus, out int condition)
                    && condition == (pair.Condition.Code << 8 | pair.Condition.Qualifier)),
            what,
            "unit attentions");
        Require(outcome.Aborts.Count == answer.Aborts.Count && answer.Aborts.SetEquals(outcome.Aborts), what, "aborts");
        Require(answer.Status == 0 || ReferenceEquals(outcome.State, state), what, "a change without GOOD");
        if (outcome.Record is { } stored)
            record = stored;
        _seen[(order.Action, answer.Status)] = _seen.GetValueOrDefault((order.Action, answer.Status)) + 1;
        _attentions += answer.Attentions.Count;
        _aborts += answer.Aborts.Count;
        return outcome.State;
    }

    private PersistentReservationState Restart(Random random, ReservationModel model, ref ReadOnlyMemory<byte> record)
    {
        _restarts++;
        byte[] bytes = record.ToArray();
        // Once lost, the record stays what it is until it is replaced.
        if (bytes.Length > 0 && !model.Lost && random.Next(3) == 0)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            record = bytes;
            model.Forget();
            model.Lost = true;
            _losses++;
        }
        else
        {
            model.PowerOn();
        }
        return PersistentReservationRecord.Read(bytes);
    }

    /// <summary>Anybody, but more often those who have something to lose.</summary>
    private static NexusId Sender(Random random, ReservationModel model) => random.Next(3) switch
    {
        0 when model.Holder is { } holder => holder,
        1 when model.Keys.Count > 0 => model.Keys.Keys.Order(Comparer<NexusId>.Create(Compare)).ElementAt(random.Next(model.Keys.Count)),
        _ => _nexuses[random.Next(_nexuses.Length)],
    };

    // The order of a dictionary is nothing that a seed could repeat.
    private static int Compare(NexusId left, NexusId right) => string.CompareOrdinal(left.ToString(), right.ToString());

    private static ModelOrder Order(Random random, ReservationModel model, NexusId from)
    {
        bool isOneIn(int chances) => random.Next(chances) == 0;
        ulong anyKey() => (ulong)random.Next(4);
        int action = isOneIn(100) ? 9 + random.Next(23)
            : model.Lost && isOneIn(3) ? 8
            : model.Holder == from && isOneIn(3) ? 7
            : isOneIn(3) ? 0
            : random.Next(9);
        ulong known = model.Keys.GetValueOrDefault(from);
        int type = isOneIn(4) && model.Type != 0 ? model.Type : new[] { 1, 3, 5, 6, 7, 8, 5, 6, 7, 8, random.Next(16) }[random.Next(11)];
        return new ModelOrder(action, isOneIn(6) ? anyKey() : action == 8 ? 0 : known, isOneIn(5) ? 0 : anyKey())
        {
            Scope = isOneIn(25) ? random.Next(16) : 0,
            Type = type,
            SpecifiesPorts = action != 7 && isOneIn(action == 0 ? 4 : 30),
            AllTargetPorts = isOneIn(4),
            Aptpl = isOneIn(2),
            Unregisters = isOneIn(2),
            TargetPort = (ushort)(isOneIn(8) ? random.Next(10) : 1 + random.Next(3)),
            Ports = [.. Enumerable.Range(0, action == 7 ? 1 : random.Next(3)).Select(_ => _named[random.Next(_named.Length)])],
            Surplus = isOneIn(40) ? random.Next(-30, 9) switch { 0 => 1, var surplus => Math.Max(surplus, -24) } : 0,
        };
    }

    private void CheckState(string what, PersistentReservationState state, ReservationModel model)
    {
        _heldTypes.Add(model.Type);
        Require(state.IsLost == model.Lost, what, "lost");
        Require(state.Aptpl == model.Aptpl, what, "APTPL");
        foreach (PersistentReserveInServiceAction action in Enum.GetValues<PersistentReserveInServiceAction>())
        {
            bool isRead = PersistentReserveIn.TryExecute(state, true, action, out byte[] data, out Sense sense);
            Require(isRead != model.Lost, what, $"{action}: {sense}");
            if (isRead)
                Require(model.IsToldBy(action, data), what, $"{action}: {Convert.ToHexString(data)}\n{state}");
        }
    }

    private static void CheckAccess(string what, PersistentReservationState state, ReservationModel model)
    {
        foreach (NexusId nexus in _nexuses)
        {
            int column = model.ColumnOf(nexus);
            foreach ((string name, byte[] cdb, bool[] columns, bool whenLost, CommandDescriptor command) in _commands)
            {
                ReservationVerdict expected = model.Lost
                    ? whenLost ? ReservationVerdict.Allowed : ReservationVerdict.InformationLost
                    : column < 0 || columns[column] ? ReservationVerdict.Allowed : ReservationVerdict.Conflict;
                if (ReservationRules.Check(state, nexus, command, cdb) != expected)
                    Assert.Fail($"{what}: {name} from {nexus} is not {expected}\n{state}");
            }
        }
    }

    /// <summary>The descriptor that the core has, or for commands of handlers one with the access of the rules.</summary>
    private static CommandDescriptor DescriptorOf(byte[] cdb) =>
        new CommandTable(SpcCommands.All).Find(cdb) ?? new CommandDescriptor
        {
            Code = (OperationCode)cdb[0],
            Name = "a command",
            Usage = cdb,
            Access = ReservationRules.Find(cdb)!.Access,
        };

    private static void Require(bool condition, string what, string detail)
    {
        if (!condition)
            Assert.Fail($"{what}: {detail}");
    }
}
