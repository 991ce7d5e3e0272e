using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;

namespace Scst.Tests.Reservations;

/// <summary>A logical unit whose device may have other initiators that the core knows nothing of.</summary>
[TestFixture]
internal sealed class PassThroughTests : EngineFixture
{
    private ScriptedStateStore _store = new();
    private bool _passesThrough;

    protected override ScsiEngineOptions EngineOptions => new() { StateStore = _store };

    protected override ScriptedHandler CreateDisk()
    {
        var disk = new ScriptedHandler();
        return new ScriptedHandler { Description = disk.Description with { HasPersistentReservations = !_passesThrough } };
    }

    [TearDown]
    public void Forget() => (_store, _passesThrough) = (new(), false);

    [Test]
    public async Task It_refuses_both_commands_and_no_record_of_old_counts()
    {
        LoopbackInitiator first = Login("first");
        Expect.Good(Run(first, [0x5F, 0, 0, 0, 0, 0, 0, 0, 24, 0], List(0, 0xA, aptpl: true)));
        Expect.Good(Run(first, [0x5F, 1, 3, 0, 0, 0, 0, 0, 24, 0], List(0xA, 0, aptpl: true)));
        Assert.That(_store.Record, Is.Not.Empty);
        string text = Unit.DumpPersistentReservations();
        _passesThrough = true;
        await RestartEngineAsync();
        LoopbackInitiator second = Login("second");
        Expect.Check(Run(second, [0x5E, 0, 0, 0, 0, 0, 0, 0, 8, 0], dataIn: 8), 0x5, 0x2000);
        Expect.Check(Run(second, [0x5F, 0, 0, 0, 0, 0, 0, 0, 24, 0], List(0, 0xB, aptpl: false)), 0x5, 0x2000);
        Expect.Good(Run(second, Cdbs.Write(0, 1), Pattern(512, 1)));
        Assert.That(() => Unit.RestorePersistentReservationsAsync(text).AsTask(), Throws.InvalidOperationException);
    }

    [Test]
    public async Task A_record_that_cannot_be_read_does_not_lock_it()
    {
        _store.Put([1, 2, 3]);
        await RestartEngineAsync();
        Expect.Check(Run(Login(), Cdbs.Read(0, 1), dataIn: 512), 0x7, 0x4401);
        _passesThrough = true;
        await RestartEngineAsync();
        Expect.Good(Run(Login(), Cdbs.Read(0, 1), dataIn: 512));
    }

    private static byte[] List(byte key, byte serviceActionKey, bool aptpl)
    {
        byte[] list = new byte[24];
        (list[7], list[15], list[20]) = (key, serviceActionKey, aptpl ? (byte)1 : (byte)0);
        return list;
    }
}
