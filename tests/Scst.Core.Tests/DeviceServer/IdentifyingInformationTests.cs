using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;

namespace Scst.Tests.DeviceServer;

/// <summary>REPORT IDENTIFYING INFORMATION and SET IDENTIFYING INFORMATION (SPC-6).</summary>
[TestFixture]
internal sealed class IdentifyingInformationTests : PrimaryFixture
{
    private const string Report = "A3 05 00 00 00 00 00 00 10 00 00 00";
    private const string ReportText = "A3 05 00 00 00 00 00 00 10 00 04 00";

    private readonly List<string?> _events = [];
    private string? _throwsAt;

    protected override ScsiEngineOptions EngineOptions => base.EngineOptions with
    {
        LoggerFactory = new EventLog(_events) { ThrowsAt = name => name is not null && name == _throwsAt },
    };

    [Test]
    public void At_first_there_is_none()
    {
        Assert.That(Fetch(Report), Is.EqualTo(new byte[4]));
        Assert.That(Fetch(ReportText), Is.EqualTo(new byte[4]));
    }

    // Identifying information supported parameter data: INFORMATION TYPE in bits 7 to 1, MAXIMUM INFORMATION LENGTH.
    [Test]
    public void The_types_and_their_longest_information_are_told() => Assert.That(
        Fetch("A3 05 00 00 00 00 00 00 10 00 FE 00"),
        Is.EqualTo(Bytes("00 00 00 08 00 00 00 40 04 00 01 00")));

    [Test]
    public async Task It_outlives_the_engine_and_each_type_is_for_itself()
    {
        byte[] text = Encoding.UTF8.GetBytes("Schrank 3, oben ü\0");
        Expect.Good(Set(0x00, Pattern(64, 1)));
        Expect.Good(Set(0x04, text));
        await RestartEngineAsync();
        LogIn();
        Assert.That(Fetch(Report), Is.EqualTo((byte[])[0, 0, 0, 64, .. Pattern(64, 1)]));
        Assert.That(Fetch(ReportText), Is.EqualTo((byte[])[0, 0, 0, (byte)text.Length, .. text]));
        Assert.That(Fetch("A3 05 00 00 00 00 00 00 00 06 00 00"), Is.EqualTo((byte[])[0, 0, 0, 64, .. Pattern(64, 1)[..2]]));
        Expect.Good(Set(0x00, []));
        Assert.That(Fetch(Report), Is.EqualTo(new byte[4]));
        Assert.That(Fetch(ReportText), Has.Length.EqualTo(4 + text.Length));
    }

    [Test]
    public void The_others_are_told()
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(Set(0x00, [1]));
        Expect.Check(Run(other, Cdbs.TestUnitReady), 0x6, 0x3F05);
        Expect.Good(Run(Initiator, Cdbs.TestUnitReady));
    }

    [TestCase(StoreScript.Fails)]
    [TestCase(StoreScript.LeavesOld)]
    [TestCase(StoreScript.Throws)]
    [TestCase(StoreScript.ThrowsLater)]
    public void If_the_store_fails_nothing_has_changed(object script)
    {
        LoopbackInitiator other = Login("other");
        Expect.Good(Set(0x00, [1]));
        Expect.Check(Run(other, Cdbs.TestUnitReady), 0x6, 0x3F05);
        Store.Script.Enqueue((StoreScript)script);
        Expect.Check(Set(0x00, [2, 2]), 0x4, 0x4400);
        Assert.That(Fetch(Report), Is.EqualTo(new byte[] { 0, 0, 0, 1, 1 }));
        Expect.Good(Run(other, Cdbs.TestUnitReady));
    }

    [Test]
    public void What_is_lost_does_not_look_like_nothing()
    {
        Expect.Good(Set(0x00, [1]));
        Store.IsUnreadable = true;
        Expect.Check(Run(Initiator, Bytes(Report), dataIn: 64), 0x4, 0x4400);
        Expect.Good(Set(0x00, [2]));
        Assert.That(Fetch(Report), Is.EqualTo(new byte[] { 0, 0, 0, 1, 2 }));
        Store.FailingReads = 1;
        Expect.Check(Run(Initiator, Bytes(Report), dataIn: 64), 0x4, 0x4400);
        Assert.That(Fetch(Report), Is.EqualTo(new byte[] { 0, 0, 0, 1, 2 }));
    }

    [Test]
    public void Of_two_that_come_at_once_the_last_counts()
    {
        Store.HoldsWrites = true;
        LoopbackCommand first = Start(Initiator, Cdb(0x00, 1), [1]);
        LoopbackCommand second = Start(Initiator, Cdb(0x00, 1), [2]);
        Store.CompleteWrite();
        Expect.Good(first);
        Store.CompleteWrite();
        Assert.That(second.IsCompleted, Is.False, "it was forestalled, and tries again");
        Store.CompleteWrite();
        Expect.Good(second);
        Assert.That(Fetch(Report), Is.EqualTo(new byte[] { 0, 0, 0, 1, 2 }));
    }

    // A log that throws stands for whatever may go wrong.
    [Test]
    public void An_exception_costs_the_command_and_no_other()
    {
        Store.FailingReads = 1;
        _throwsAt = "RecordNotRead";
        Expect.Check(Run(Initiator, Bytes(Report), dataIn: 64), 0x4, 0x4400);
        Store.Script.Enqueue(StoreScript.Fails);
        _throwsAt = "RecordNotStored";
        Expect.Check(Set(0x00, [1]), 0x4, 0x4400);
        Assert.That(_events.FindAll(logged => logged == "HandlerFailed"), Has.Count.EqualTo(2));
        Expect.Good(Set(0x00, [2]));
        Assert.That(Fetch(Report), Is.EqualTo(new byte[] { 0, 0, 0, 1, 2 }));
    }

    private LoopbackResult Set(byte type, byte[] information) => Run(Initiator, Cdb(type, information.Length), information);

    private static byte[] Cdb(byte type, int length) => [0xA4, 0x06, 0, 0, 0, 0, 0, 0, (byte)(length >> 8), (byte)length, type, 0];
}
