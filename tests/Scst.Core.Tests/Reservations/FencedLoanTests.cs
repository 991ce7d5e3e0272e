using NUnit.Framework;
using Scst.Core.Tests.Reservations.Persistent;
using Scst.Loopback;
using Scst.Protocol;
using Scst.Tests.Tasks;

namespace Scst.Tests.Reservations;

/// <summary>PREEMPT AND ABORT and reads that were lent the medium: as long as the driver sends them they touch it.</summary>
[TestFixture]
internal sealed class FencedLoanTests : LoanFixture
{
    private const ulong Key = 0xA;
    private const ulong VictimKey = 0xB;

    [SetUp]
    public void RegisterBoth()
    {
        ModelOrder both = new(0, 0, VictimKey) { SpecifiesPorts = true, AllTargetPorts = true, Ports = [NamedDriver.Name] };
        Expect.Good(Run(Other, both.Cdb(), both.List()));
        ModelOrder own = new(6, 0, Key) { AllTargetPorts = true };
        Expect.Good(Run(Other, own.Cdb(), own.List()));
    }

    protected override RecordingDriver CreateTransport() => new NamedDriver();

    [Test]
    public void A_fence_waits_until_a_lent_read_is_sent()
    {
        ScsiCommand read = StartLentRead(7);
        LoopbackCommand fence = Fence();
        Assert.That(fence.IsCompleted, Is.False);
        Send(read);
        Expect.Good(fence);
        Expect.Good(Transport.Responses[0]);
    }

    [Test]
    public void A_lent_read_that_faults_after_a_fence_is_not_executed_again()
    {
        ScsiCommand read = StartLentRead(7);
        LoopbackCommand fence = Fence();
        Fault(read);
        Expect.Good(fence);
        Assert.That(Lender.Copied, Is.Empty);
        Assert.That(read.SuppressResponse);
    }

    [Test]
    public void A_fence_does_not_wait_for_the_answer_of_a_command_that_has_ended()
    {
        ScsiCommand ended = RecordingDriver.Submit(Session, Cdbs.TestUnitReady, tag: 8);
        Assert.That(Sending, Does.Contain(ended));
        Expect.Good(Fence());
        Send(ended);
        Expect.Good(Transport.Responses[0]);
    }

    private LoopbackCommand Fence()
    {
        ModelOrder order = new(5, Key, VictimKey);
        return Start(Other, order.Cdb(), order.List());
    }

    private sealed class NamedDriver : RecordingDriver, ITransportIdDriver
    {
        internal static TransportId Name { get; } = TransportId.Iscsi("own", 0);

        public ProtocolIdentifier Protocol => ProtocolIdentifier.Iscsi;

        public TransportId? TransportIdOf(Session session) => Name;
    }
}
