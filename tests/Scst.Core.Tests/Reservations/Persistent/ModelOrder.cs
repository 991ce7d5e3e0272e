using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst.Core.Tests.Reservations.Persistent;

/// <summary>A PERSISTENT RESERVE OUT command as an initiator thinks of it, and as bytes.</summary>
internal sealed record ModelOrder(int Action, ulong Key = 0, ulong NewKey = 0)
{
    public int Scope { get; init; }

    public int Type { get; init; } = 1;

    public bool SpecifiesPorts { get; init; }

    public bool AllTargetPorts { get; init; }

    public bool Aptpl { get; init; }

    public bool Unregisters { get; init; }

    public ushort TargetPort { get; init; }

    public IReadOnlyList<TransportId> Ports { get; init; } = [];

    /// <summary>How many bytes too many or too few.</summary>
    public int Surplus { get; init; }

    public byte[] List()
    {
        var bytes = new byte[2000];
        int length = Action == 7
            ? RegisterAndMoveParameterList.Write(bytes, Key, NewKey, Unregisters, Aptpl, TargetPort, Ports[0])
            : PersistentReserveOutParameterList.Write(bytes, Key, NewKey, AllTargetPorts, Aptpl, SpecifiesPorts ? Ports : null);
        return bytes[..(length + Surplus)];
    }

    public byte[] Cdb()
    {
        var cdb = new byte[PersistentReserveOutCdb.Length];
        PersistentReserveOutCdb.Write(
            cdb,
            (PersistentReserveOutServiceAction)Action,
            (PersistentReservationScope)Scope,
            (PersistentReservationType)Type,
            (uint)List().Length);
        return cdb;
    }

    public PersistentReserveOutOutcome Run(PersistentReservationState state, PersistentReservationContext context, NexusId nexus) =>
        PersistentReserveOutRequest.TryParse(
            new PersistentReserveOutCdb(Cdb()),
            List(),
            out PersistentReserveOutRequest? request,
            out Sense sense)
            ? PersistentReserveOut.Execute(state, context, nexus, request!)
            : new() { State = state, Status = ScsiStatus.CheckCondition, Sense = sense };

    public override string ToString() =>
        $"{(PersistentReserveOutServiceAction)Action} key {Key} new key {NewKey} scope {Scope} type {Type}"
        + $"{(SpecifiesPorts ? " SPEC_I_PT" : "")}{(AllTargetPorts ? " ALL_TG_PT" : "")}"
        + $"{(Aptpl ? " APTPL" : "")}{(Unregisters ? " UNREG" : "")}"
        + $" port {TargetPort} [{string.Join("; ", Ports.Select(port => port.ToString()))}] {Surplus:+0;-0}";
}
