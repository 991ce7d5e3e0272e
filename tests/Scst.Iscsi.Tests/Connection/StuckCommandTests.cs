using System;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Tests.Initiator;
using Scst.VDisk;

namespace Scst.Iscsi.Tests.Connection;

/// <summary>A LUN becomes another disk while the backend of the first does not answer: the session can end, and its initiator can come back.</summary>
public class StuckCommandTests : IscsiFixture
{
    private static readonly AccessChangePolicy _impatient = new() { DrainTime = TimeSpan.Zero };

    [Test]
    public async Task A_session_with_a_command_that_is_stuck_can_be_opened_anew()
    {
        var old = await LoginAsync();
        await StickAsync(old);
        var young = await ConnectAsync();
        await young.LoginAsync(Iqn);
        await old.ExpectEndAsync();
        Assert.That(Target.Sessions, Has.Count.EqualTo(1));
        await young.ClearUnitAttentionAsync();
        Handler.Release();
    }

    [Test]
    public async Task A_session_with_a_command_that_is_stuck_can_log_out()
    {
        var initiator = await LoginAsync();
        await StickAsync(initiator);
        Assert.That(await initiator.LogoutAsync(), Is.EqualTo(LogoutResponseCode.Closed));
        await initiator.ExpectEndAsync();
        Assert.That(Target.Sessions, Is.Empty);
        Assert.That(Engine.BufferPool.RentedBytes, Is.Not.Zero, "The backend still has the data.");
        Handler.Release();
    }

    [Test]
    public async Task What_a_new_session_writes_is_not_overwritten_by_what_was_stuck()
    {
        var old = await LoginAsync();
        await StickAsync(old);
        old.Dispose();
        await WaitAsync(() => Target.Sessions.Count == 0);
        Handler.Hold(static _ => false);
        Target.ChangeAccess(options => options.ReplaceLun("default", new(0, Handler.LogicalUnit)));
        var young = await ConnectAsync();
        await young.LoginAsync(Iqn);
        var news = await young.SendCommandAsync(Cdb.TestUnitReady());
        await young.PingAsync([]);
        Handler.Release();
        await young.FinishAsync(news, 0);
        await young.ClearUnitAttentionAsync();
        await young.WriteAsync(Cdb.Write10(0, 1), Pattern(BlockLength, 2));
        Assert.That(await ReadStoreAsync(0, BlockLength), Is.EqualTo(Pattern(BlockLength, 2)));
    }

    private async Task StickAsync(TestInitiator initiator)
    {
        var other = Engine.AddLogicalUnit("other", new DiskHandler(new NullStore(1 << 20)));
        Handler.IsStuck = true;
        Handler.Hold();
        await initiator.SendCommandAsync(Cdb.Write10(0, 1), write: true, expected: BlockLength, immediateData: Pattern(BlockLength, 1));
        await Handler.WhenHeldAsync(1);
        Target.ChangeAccess(options => options.ReplaceLun("default", new(0, other)), _impatient);
        await initiator.ReceiveAsync(IscsiOpcode.AsyncMessage);
    }
}
