using System.Buffers.Binary;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Core.Tests.Reservations.Persistent;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>A disk behind two target ports, with a store, and the words to speak of its persistent reservations.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal abstract class ReservationFixture : EngineFixture
{
    protected const int Register = 0;
    protected const int Reserve = 1;
    protected const int Release = 2;
    protected const int Clear = 3;
    protected const int Preempt = 4;
    protected const int PreemptAndAbort = 5;
    protected const int RegisterAndIgnore = 6;
    protected const int ReplaceLost = 8;

    protected const int WriteExclusive = 1;
    protected const int ExclusiveAccess = 3;
    protected const int WriteExclusiveRegistrantsOnly = 5;
    protected const int WriteExclusiveAllRegistrants = 7;

    protected const ulong KeyA = 0xA;
    protected const ulong KeyB = 0xB;

    /// <summary>It outlives the engines of a test.</summary>
    protected ScriptedStateStore Store { get; } = new();

    /// <summary>A second path to the disk.</summary>
    protected Target OtherTarget { get; private set; } = null!;

    protected override ScsiEngineOptions EngineOptions => new() { StateStore = Store };

    [SetUp]
    public void AddOtherTarget() =>
        OtherTarget = Driver.AddTarget("other", new TargetOptions { DefaultGroup = AccessControlGroup.Of(Unit) });

    protected async Task RestartAsync()
    {
        await RestartEngineAsync();
        AddOtherTarget();
    }

    protected static ModelOrder Order(int action, ulong key = 0, ulong newKey = 0, int type = WriteExclusive) =>
        new(action, key, newKey) { Type = type };

    protected static LoopbackCommand StartOut(LoopbackInitiator initiator, ModelOrder order) => Start(initiator, order.Cdb(), order.List());

    protected static LoopbackResult Out(LoopbackInitiator initiator, ModelOrder order) => Run(initiator, order.Cdb(), order.List());

    /// <summary>Registers, and makes it survive a loss of power.</summary>
    protected static void RegisterDurably(LoopbackInitiator initiator, ulong key) =>
        Expect.Good(Out(initiator, Order(RegisterAndIgnore, 0, key) with { Aptpl = true }));

    protected static byte[] In(LoopbackInitiator initiator, PersistentReserveInServiceAction action) =>
        Fetch(initiator, [0x5E, (byte)action, 0, 0, 0, 0, 0, 0x10, 0, 0], 4096);

    /// <summary>READ KEYS, without PRGENERATION.</summary>
    protected static ulong[] Keys(LoopbackInitiator initiator)
    {
        Assert.That(ReadKeysData.TryParse(In(initiator, PersistentReserveInServiceAction.ReadKeys), out _, out ulong[]? keys));
        return keys!;
    }

    protected static uint Generation(LoopbackInitiator initiator) =>
        BinaryPrimitives.ReadUInt32BigEndian(In(initiator, PersistentReserveInServiceAction.ReadKeys));

    /// <summary>READ RESERVATION: the type, zero for none, and the key.</summary>
    protected static (int Type, ulong Key) Held(LoopbackInitiator initiator)
    {
        Assert.That(ReadReservationData.TryParse(
            In(initiator, PersistentReserveInServiceAction.ReadReservation), out ReadReservationData data));
        return ((int)data.Type.GetValueOrDefault(), data.ReservationKey);
    }

    /// <summary>READ FULL STATUS: each registration as "name at port: key", with an asterisk for a holder.</summary>
    protected static string[] FullStatus(LoopbackInitiator initiator)
    {
        Assert.That(ReadFullStatusData.TryParse(In(initiator, PersistentReserveInServiceAction.ReadFullStatus), out _, out var all));
        return
        [
            .. all!.Select(one =>
                $"{one.TransportId.IscsiName} at {one.RelativeTargetPort}: {one.ReservationKey:X}{(one.HolderType.HasValue ? "*" : "")}"),
        ];
    }
}
