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

    private static void Begin(IscsiTask task, uint tag, bool announcesData) =>
        task.Begin(tag, lun: 0, isNumbered: true, isWrite: true, announcesData, bidirectionalReadLength: null);
}
