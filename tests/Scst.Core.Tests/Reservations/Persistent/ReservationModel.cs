using System;
using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst.Core.Tests.Reservations.Persistent;

/// <summary>
/// Persistent reservations once more, written from the tables and lists of SPC-6 without a look at the product: a dictionary
/// that is changed in place, one clause after the other.
/// </summary>
internal sealed class ReservationModel
{
    private const int InvalidFieldInCdb = 0x52400;
    private const int InvalidFieldInList = 0x52600;
    private const int InvalidRelease = 0x52604;
    private const int ListLengthError = 0x51A00;
    private const int NoRegistrationResources = 0x55504;
    private const int InformationLost = 0x74401;

    private const int Preempted = 0x2A03;
    private const int Released = 0x2A04;
    private const int RegistrationsPreempted = 0x2A05;

    private readonly ushort[] _iscsiPorts;
    private readonly ushort[] _fibrePorts;
    private readonly IReadOnlyCollection<TransportId> _connected;
    private readonly int _limit;

    public ReservationModel(ushort[] iscsiPorts, ushort[] fibrePorts, IReadOnlyCollection<TransportId> connected, int limit)
    {
        _iscsiPorts = iscsiPorts;
        _fibrePorts = fibrePorts;
        _connected = connected;
        _limit = limit;
    }

    public Dictionary<NexusId, ulong> Keys { get; private set; } = [];

    /// <summary>Zero: nothing is reserved.</summary>
    public int Type { get; private set; }

    public NexusId? Holder { get; private set; }

    public uint Generation { get; private set; }

    public bool Aptpl { get; private set; }

    public bool Lost { get; set; }

    private bool IsAll => Type is 7 or 8;

    private bool IsRegistrantsOnly => Type is 5 or 6;

    public bool Holds(NexusId nexus) => IsAll ? Keys.ContainsKey(nexus) : Type != 0 && Holder == nexus;

    public ReservationModel Copy()
    {
        var copy = (ReservationModel)MemberwiseClone();
        copy.Keys = new(Keys);
        return copy;
    }

    /// <summary>Whether a store would keep the same for both.</summary>
    public bool HasRecordOf(ReservationModel other) =>
        Lost == other.Lost && Aptpl == other.Aptpl && Type == other.Type && Holder == other.Holder
        && Keys.Count == other.Keys.Count && Keys.All(pair => other.Keys.TryGetValue(pair.Key, out ulong key) && key == pair.Value);

    /// <summary>Whether PERSISTENT RESERVE IN parameter data says what the model knows.</summary>
    public bool IsToldBy(PersistentReserveInServiceAction action, byte[] data)
    {
        switch (action)
        {
            case PersistentReserveInServiceAction.ReadKeys:
                return ReadKeysData.TryParse(data, out uint generation, out ulong[]? keys)
                    && generation == Generation && keys.Order().SequenceEqual(Keys.Values.Order());
            case PersistentReserveInServiceAction.ReadReservation:
                return ReadReservationData.TryParse(data, out ReadReservationData reservation)
                    && reservation.Generation == Generation
                    && (int)reservation.Type.GetValueOrDefault() == Type
                    && reservation.ReservationKey == (Holder is { } holder ? Keys[holder] : 0);
            case PersistentReserveInServiceAction.ReportCapabilities:
                return data.AsSpan().SequenceEqual(new byte[] { 0, 8, 0x9D, (byte)(Aptpl ? 0xC1 : 0xC0), 0xEA, 0x01, 0, 0 });
            default:
                return ReadFullStatusData.TryParse(data, out generation, out IReadOnlyList<FullStatusDescriptor>? descriptors)
                    && generation == Generation
                    && descriptors.Count == Keys.Count
                    && descriptors.All(descriptor =>
                    {
                        var nexus = new NexusId(descriptor.TransportId, descriptor.RelativeTargetPort);
                        return Keys.TryGetValue(nexus, out ulong key) && key == descriptor.ReservationKey
                            && (int)descriptor.HolderType.GetValueOrDefault() == (Holds(nexus) ? Type : 0);
                    });
        }
    }

    public void PowerOn()
    {
        Generation = 0;
        if (!Aptpl && !Lost)
            Forget();
    }

    public void Forget()
    {
        Keys = [];
        Type = 0;
        Holder = null;
        Generation = 0;
        Aptpl = false;
    }

    /// <summary>What another writer of the record has made of it: a subset of the registrations with a key of its own.</summary>
    public ReservationModel Rewritten(NexusId[] registered, ulong key, int type)
    {
        ReservationModel other = Copy();
        other.Keys = registered.ToDictionary(nexus => nexus, _ => key);
        other.Aptpl = registered.Length > 0;
        other.Type = registered.Length > 0 ? type : 0;
        other.Holder = other.Type is 0 or 7 or 8 ? null : registered[0];
        return other;
    }

    /// <summary>
    /// The record turns out to be another's, and counts from now on; one that says nothing only takes back that anything is to
    /// survive. Who is not registered any more, or finds another reservation, is told.
    /// </summary>
    public Dictionary<NexusId, int> TakeOver(ReservationModel other)
    {
        ReservationModel before = Copy();
        Aptpl = other.Aptpl;
        if (other.Aptpl)
            (Keys, Type, Holder) = (new(other.Keys), other.Type, other.Holder);
        if (!HasRecordOf(before))
            Generation++;
        bool isOther = before.Type != 0 && (before.Type != Type || before.Holder != Holder);
        return before.Keys.Keys.Where(nexus => isOther || !Keys.ContainsKey(nexus))
            .ToDictionary(nexus => nexus, nexus => Keys.ContainsKey(nexus) ? Released : RegistrationsPreempted);
    }

    /// <summary>RESERVE and RELEASE while anybody is registered (SPC-6, CRH): GOOD for who has part in a reservation.</summary>
    public bool HasPart(NexusId nexus) => Type != 0 && ColumnOf(nexus) is -1 or 2;

    /// <summary>The column of the table of commands that a nexus is in, or -1 if every command of it is allowed.</summary>
    public int ColumnOf(NexusId nexus)
    {
        bool exclusive = Type is 3 or 6 or 8;
        if (Type == 0 || Holds(nexus))
            return -1;
        if (Type is 1 or 3)
            return exclusive ? 1 : 0;
        if (Keys.ContainsKey(nexus))
            return 2;
        return exclusive ? 4 : 3;
    }

    public ModelAnswer Do(NexusId from, ModelOrder order)
    {
        if (order.Action > 8)
            return ModelAnswer.Check(InvalidFieldInCdb, 1);
        // More bytes than needed do no harm behind TransportIDs; fewer always do.
        if (order.Surplus < 0 || (order.Surplus > 0 && order.Action != 7 && !order.SpecifiesPorts))
            return ModelAnswer.Check(ListLengthError);
        if (order.SpecifiesPorts && order.Action is not (0 or 7))
            return ModelAnswer.Check(InvalidFieldInList, 20);
        bool registered = Keys.TryGetValue(from, out ulong key);
        bool byTable = Type == 0 || Holds(from) || ModelTables.ServiceActions[order.Action][registered ? 0 : 1] == 'A';
        if (order.Action == 8)
            return Lost ? ReplaceLost(from, order) : byTable ? ModelAnswer.Check(InvalidRelease) : ModelAnswer.Conflict;
        if (Lost)
            return ModelAnswer.Check(InformationLost);
        if (!byTable)
            return ModelAnswer.Conflict;
        if (order.Action is 0 or 6)
            return Register(from, order);
        if (!registered || order.Key != key)
            return ModelAnswer.Conflict;
        return order.Action switch
        {
            1 => Reserve(from, order),
            2 => Release(from, order),
            3 => Clear(from),
            7 => Move(from, order),
            _ => Preempt(from, order),
        };
    }

    private static bool IsType(int type) => type is 1 or 3 or 5 or 6 or 7 or 8;

    private ushort[] TargetPorts(TransportId initiator) => initiator.Protocol switch
    {
        ProtocolIdentifier.Iscsi => _iscsiPorts,
        ProtocolIdentifier.FibreChannel => _fibrePorts,
        _ => [],
    };

    private Dictionary<NexusId, int> Tell(IEnumerable<NexusId> whom, NexusId except, int what) =>
        whom.Where(nexus => nexus != except).ToDictionary(nexus => nexus, _ => what);

    private ModelAnswer Register(NexusId from, ModelOrder order)
    {
        bool ignores = order.Action == 6;
        bool wasRegistered = Keys.TryGetValue(from, out ulong current);
        // Tables "register behaviors", the rows that refuse.
        if (!ignores && order.Key != (wasRegistered ? current : 0))
            return ModelAnswer.Conflict;
        if (!ignores && wasRegistered && order.SpecifiesPorts)
            return ModelAnswer.Check(InvalidFieldInList, 20);

        // As if the same request had come through each target port, one after the other, all or none.
        var after = new Dictionary<NexusId, ulong>(Keys);
        bool did = false;
        ushort[] through = order.AllTargetPorts ? TargetPorts(from.InitiatorPort) : [from.RelativeTargetPort];
        foreach (ushort port in through)
        {
            var nexus = new NexusId(from.InitiatorPort, port);
            bool isRegistered = after.TryGetValue(nexus, out ulong there);
            if (!isRegistered && order.NewKey == 0)
                continue;
            if (!ignores && order.Key != (isRegistered ? there : 0))
                return ModelAnswer.Conflict;
            did = true;
            if (order.NewKey == 0)
                after.Remove(nexus);
            else
                after[nexus] = order.NewKey;
        }
        if (order.SpecifiesPorts && order.NewKey != 0)
        {
            int offset = 28;
            foreach (TransportId named in order.Ports)
            {
                if (!AddNamed(from, order, named, after))
                    return ModelAnswer.Check(InvalidFieldInList, offset);
                offset += named.Length;
            }
        }
        if (!did)
            return ModelAnswer.Good;
        if (after.Count > _limit && after.Count > Keys.Count)
            return ModelAnswer.Check(NoRegistrationResources);
        Keys = after;
        Aptpl = order.Aptpl;
        Generation++;
        return new ModelAnswer(0) { Attentions = ReleaseIfHolderIsGone(from) };
    }

    private bool AddNamed(NexusId from, ModelOrder order, TransportId named, Dictionary<NexusId, ulong> after)
    {
        TransportId[] initiators = [named];
        if (named.Protocol == ProtocolIdentifier.Iscsi && named.Isid is null)
        {
            initiators = [.. _connected.Append(from.InitiatorPort).Concat(Keys.Keys.Select(nexus => nexus.InitiatorPort))
                .Distinct().Where(port => port.IscsiName == named.IscsiName)];
        }
        ushort[] through = order.AllTargetPorts ? TargetPorts(named)
            : named.Protocol == from.InitiatorPort.Protocol ? [from.RelativeTargetPort] : [];
        NexusId[] nexuses = [.. initiators.SelectMany(initiator => through.Select(port => new NexusId(initiator, port)))];
        if (nexuses.Length == 0 || nexuses.Any(Keys.ContainsKey))
            return false;
        foreach (NexusId nexus in nexuses)
            after[nexus] = order.NewKey;
        return true;
    }

    private Dictionary<NexusId, int> ReleaseIfHolderIsGone(NexusId from)
    {
        if (Type == 0 || (IsAll ? Keys.Count > 0 : Keys.ContainsKey(Holder!.Value)))
            return [];
        Dictionary<NexusId, int> told = IsRegistrantsOnly ? Tell(Keys.Keys, from, Released) : [];
        Type = 0;
        Holder = null;
        return told;
    }

    private ModelAnswer Reserve(NexusId from, ModelOrder order)
    {
        if (order.Scope != 0 || !IsType(order.Type))
            return ModelAnswer.Check(InvalidFieldInCdb, 2);
        if (Type != 0)
            return Type == order.Type ? ModelAnswer.Good : ModelAnswer.Conflict;
        Take(from, order.Type);
        return ModelAnswer.Good;
    }

    private void Take(NexusId from, int type)
    {
        Type = type;
        Holder = IsAll ? null : from;
    }

    private ModelAnswer Release(NexusId from, ModelOrder order)
    {
        if (order.Scope != 0)
            return ModelAnswer.Check(InvalidFieldInCdb, 2);
        if (!Holds(from))
            return ModelAnswer.Good;
        if (order.Type != Type)
            return ModelAnswer.Check(InvalidRelease);
        Dictionary<NexusId, int> told = IsAll || IsRegistrantsOnly ? Tell(Keys.Keys, from, Released) : [];
        Type = 0;
        Holder = null;
        return new ModelAnswer(0) { Attentions = told };
    }

    private ModelAnswer Clear(NexusId from)
    {
        Dictionary<NexusId, int> told = Tell(Keys.Keys, from, Preempted);
        Keys = [];
        Type = 0;
        Holder = null;
        Generation++;
        return new ModelAnswer(0) { Attentions = told };
    }

    private ModelAnswer Preempt(NexusId from, ModelOrder order)
    {
        bool takes = Type != 0 && (IsAll ? order.NewKey == 0 : Keys[Holder!.Value] == order.NewKey);
        if (Type != 0 && !IsAll && order.NewKey == 0)
            return ModelAnswer.Check(InvalidFieldInList, 8);
        NexusId[] victims = [.. Keys.Where(pair => (takes && order.NewKey == 0) || pair.Value == order.NewKey).Select(pair => pair.Key)];
        if (victims.Length == 0)
            return ModelAnswer.Conflict;
        if (takes && (order.Scope != 0 || !IsType(order.Type)))
            return ModelAnswer.Check(InvalidFieldInCdb, 2);
        Dictionary<NexusId, int> told = Tell(victims, from, RegistrationsPreempted);
        foreach (NexusId victim in victims)
        {
            if (!takes || victim != from)
                Keys.Remove(victim);
        }
        if (takes)
        {
            if (Type != order.Type)
            {
                foreach (NexusId other in Keys.Keys.Where(nexus => nexus != from))
                    told.Add(other, Released);
            }
            Take(from, order.Type);
        }
        else
        {
            ReleaseIfHolderIsGone(from);
        }
        Generation++;
        return new ModelAnswer(0) { Attentions = told, Aborts = order.Action == 5 ? [.. victims] : [] };
    }

    private ModelAnswer Move(NexusId from, ModelOrder order)
    {
        if (Type == 0)
            return ModelAnswer.Check(InvalidFieldInCdb, 1);
        if (IsAll)
            return ModelAnswer.Conflict;
        if (order.NewKey == 0)
            return ModelAnswer.Check(InvalidFieldInList, 8);
        TransportId to = order.Ports[0];
        if (to.Equals(from.InitiatorPort) || (to.Protocol == ProtocolIdentifier.Iscsi && to.Isid is null))
            return ModelAnswer.Check(InvalidFieldInList, 24);
        if (!_iscsiPorts.Contains(order.TargetPort) && !_fibrePorts.Contains(order.TargetPort))
            return ModelAnswer.Check(InvalidFieldInList, 18);
        if (!TargetPorts(to).Contains(order.TargetPort))
            return ModelAnswer.Check(InvalidFieldInList, 24);
        var destination = new NexusId(to, order.TargetPort);
        int count = Keys.Count + (Keys.ContainsKey(destination) ? 0 : 1) - (order.Unregisters ? 1 : 0);
        if (count > _limit && count > Keys.Count)
            return ModelAnswer.Check(NoRegistrationResources);
        Keys[destination] = order.NewKey;
        Holder = destination;
        if (order.Unregisters)
            Keys.Remove(from);
        Aptpl = order.Aptpl;
        Generation++;
        return ModelAnswer.Good;
    }

    private ModelAnswer ReplaceLost(NexusId from, ModelOrder order)
    {
        if (order.Key != 0)
            return ModelAnswer.Check(InvalidFieldInList, 0);
        if (order.NewKey == 0)
            return ModelAnswer.Check(InvalidFieldInList, 8);
        if (order.AllTargetPorts)
            return ModelAnswer.Check(InvalidFieldInList, 20);
        if (order.Scope != 0 || !IsType(order.Type))
            return ModelAnswer.Check(InvalidFieldInCdb, 2);
        Forget();
        Lost = false;
        Keys[from] = order.NewKey;
        Take(from, order.Type);
        Aptpl = order.Aptpl;
        return ModelAnswer.Good;
    }
}
