using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Core.Tests.Reservations.Persistent;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>Persistent reservations in files.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReservationFileStoreTests
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public async Task A_reservation_is_there_in_the_next_engine()
    {
        await WithInitiatorAsync(async initiator =>
        {
            Assert.That((await OutAsync(initiator, new ModelOrder(6, 0, 0xA) { Aptpl = true })).Status, Is.EqualTo(ScsiStatus.Good));
            Assert.That((await OutAsync(initiator, new ModelOrder(1, 0xA) { Type = 5 })).Status, Is.EqualTo(ScsiStatus.Good));
        });
        await WithInitiatorAsync(async initiator =>
        {
            var data = new byte[24];
            await initiator.ExecuteAsync(new byte[] { 0x5E, 1, 0, 0, 0, 0, 0, 0, 24, 0 }, dataIn: data);
            // PRGENERATION, ADDITIONAL LENGTH, key of the holder, obsolete, SCOPE and TYPE, obsolete.
            Assert.That(data, Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0xA, 0, 0, 0, 0, 0, 5, 0, 0 }));
        });
    }

    [Test]
    public async Task Damage_in_a_file_locks_everybody_out()
    {
        await WithInitiatorAsync(async initiator =>
            Assert.That((await OutAsync(initiator, new ModelOrder(6, 0, 0xA) { Aptpl = true })).Status, Is.EqualTo(ScsiStatus.Good)));
        int damaged = 0;
        foreach (string path in Directory.GetFiles(_directory))
        {
            byte[] bytes = await File.ReadAllBytesAsync(path);
            if (bytes.Length == 0)
                continue;
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(path, bytes);
            damaged++;
        }
        Assert.That(damaged, Is.EqualTo(1));
        await WithInitiatorAsync(async initiator => Expect.Check(await initiator.ExecuteAsync(Cdbs.TestUnitReady), 0x7, 0x4401));
    }

    private static ValueTask<LoopbackResult> OutAsync(LoopbackInitiator initiator, ModelOrder order) =>
        initiator.ExecuteAsync(order.Cdb(), order.List());

    private async Task WithInitiatorAsync(System.Func<LoopbackInitiator, Task> act)
    {
        await using var store = new FileStateStore(_directory);
        await using var engine = new ScsiEngine(new ScsiEngineOptions { StateStore = store });
        await using var driver = new LoopbackDriver(engine);
        LogicalUnit unit = engine.AddLogicalUnit("disk", new ScriptedHandler());
        Target target = driver.AddTarget("target", new TargetOptions { DefaultGroup = AccessControlGroup.Of(unit) });
        LoopbackInitiator initiator = driver.Connect(target, "a");
        Expect.Check(await initiator.ExecuteAsync(Cdbs.TestUnitReady), 0x6, 0x2900);
        await act(initiator);
    }
}
