using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Tests.Access;

/// <summary>The two halves of an orphan end on threads of their own: the later one frees it, and only that one.</summary>
[TestFixture]
internal sealed class OrphanRaceTests : EngineFixture
{
    private const int Rounds = 3000;

    private static readonly AccessChangePolicy _patient = new() { DrainTime = Timeout.InfiniteTimeSpan };

    private CountingHandler _disk = null!;

    protected override ScriptedHandler CreateDisk() => _disk = new CountingHandler();

    [Test]
    public async Task A_command_that_its_handler_ends_while_its_session_goes_without_it_is_freed_once()
    {
        var driver = new RecordingDriver();
        AccessControlGroup all = AccessControlGroup.Of(Unit);
        Target target = Engine.AddTarget("own", driver, new TargetOptions { DefaultGroup = all });
        Disk.Holds = static _ => true;
        using var start = new Barrier(2);
        for (int round = 1; round <= Rounds; round++)
        {
            int answers = 0;
            Task sent = Task.CompletedTask;
            driver.OnSendResponse = command =>
            {
                answers++;
                sent = Task.Run(() => command.ResponseSent(delivered: true));
            };
            Session session = target.OpenSession("own");
            session.FindNexus(Lun.Zero)!.Attention.TryTakeReset(out _);
            RecordingDriver.Submit(session, Cdbs.Read(0, 1), DataDirection.ToInitiator, ScriptedHandler.BlockLength, (ulong)round);
            Task drained = target.ChangeAccess(options => options with { DefaultGroup = all with { Luns = [] } }, _patient).Drained;
            Task ending = Task.Run(() =>
            {
                start.SignalAndWait();
                Disk.Release((ulong)round);
            });
            start.SignalAndWait();
            Task closing = session.CloseAsync(SessionEndReason.ConnectionLost).AsTask();
            await Task.WhenAll(ending, closing, drained);
            await sent;
            Assert.That(answers, Is.EqualTo(1));
            Assert.That(_disk.Freed, Is.EqualTo(round));
            Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
            target.ChangeAccess(options => options with { DefaultGroup = all });
        }
        Assert.That(Unit.Nexuses, Is.Empty);
    }

    private sealed class CountingHandler : ScriptedHandler, ICommandFreedHandler
    {
        private int _freed;

        internal int Freed => Volatile.Read(ref _freed);

        public void CommandFreed(ScsiCommand command) => Interlocked.Increment(ref _freed);
    }
}
