using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;
using Scst.Iscsi.Tasks;
using Scst.Iscsi.Tests.Harness;

namespace Scst.Iscsi.Tests.Tasks;

public class LedgerTests : IscsiFixture
{
    [Test]
    public async Task A_task_that_was_just_admitted_owes_nothing_of_its_command_before()
    {
        await LoginAsync();
        var session = Driver.Node.Connections.Snapshot().Single().Session!;
        var ledger = new Ledger(session.Parameters, new SerialNumber32(1), depth: 8);
        var task = new IscsiTask(session, null!);
        Begin(task, 1, announcesData: true);
        Assert.That(ledger.Admit(task, new SerialNumber32(1)), Is.EqualTo(Admission.Deliver));
        IscsiTask[] scratch = [];
        Assert.That(ledger.AwaitsData(tick: 9, limit: 9, out var overdue, ref scratch), Is.True);
        Assert.That(overdue, Is.True);
        ledger.Remove(task);

        Begin(task, 2, announcesData: false);
        Assert.That(ledger.Admit(task, new SerialNumber32(2)), Is.EqualTo(Admission.Deliver));
        Assert.That(ledger.AwaitsData(tick: 9, limit: 9, out overdue, ref scratch), Is.False);
        Assert.That(overdue, Is.False);
    }

    [Test]
    public async Task A_lent_response_is_known_until_it_is_seen_to_be_sent_and_yet_its_tag_is_free()
    {
        await LoginAsync();
        var session = Driver.Node.Connections.Snapshot().Single().Session!;
        var ledger = new Ledger(session.Parameters, new SerialNumber32(1), depth: 8);
        var task = Lend(session, ledger, 1);
        Assert.That(ledger.Find(7), Is.SameAs(task));

        var next = new IscsiTask(session, null!);
        next.Begin(7, lun: 0, isNumbered: true, isWrite: false, announcesData: false, bidirectionalReadLength: null);
        Assert.That(ledger.Admit(next, new SerialNumber32(2)), Is.EqualTo(Admission.Deliver));
        ledger.Sent([task]);
        Assert.That(ledger.Find(7), Is.SameAs(next));
    }

    [Test]
    public async Task A_response_that_comes_back_takes_its_place_again_and_gives_it_back_once()
    {
        await LoginAsync();
        var session = Driver.Node.Connections.Snapshot().Single().Session!;
        var ledger = new Ledger(session.Parameters, new SerialNumber32(1), depth: 8);
        var task = Lend(session, ledger, 1);
        Assert.That(ledger.TakeBack(task), Is.True);
        Assert.That(ledger.Find(7), Is.SameAs(task));
        Assert.That(ledger.Enqueue(task), Is.Not.EqualTo(QueueResult.Closed));
        Assert.That(ledger.Take(out _, out var expCmdSN, out var maxCmdSN), Is.EqualTo(TakeResult.Taken));
        Assert.That(maxCmdSN.Value - expCmdSN.Value + 1, Is.EqualTo(8));
        Assert.That(ledger.Find(7), Is.Null);
    }

    private static IscsiTask Lend(Connections.IscsiSession session, Ledger ledger, uint cmdSN)
    {
        var task = new IscsiTask(session, null!);
        task.Begin(7, lun: 0, isNumbered: true, isWrite: false, announcesData: false, bidirectionalReadLength: null);
        Assert.That(ledger.Admit(task, new SerialNumber32(cmdSN)), Is.EqualTo(Admission.Deliver));
        task.IsLent = true;
        ledger.Enqueue(task);
        Assert.That(ledger.Take(out _, out _, out _), Is.EqualTo(TakeResult.Taken));
        return task;
    }

    private static void Begin(IscsiTask task, uint tag, bool announcesData) =>
        task.Begin(tag, lun: 0, isNumbered: true, isWrite: true, announcesData, bidirectionalReadLength: null);
}
