using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>What the CDB moves against what the initiator expects to move (SAM-6; RFC 7143 11.4.5 for the residuals).</summary>
[TestFixture]
internal sealed class TransferTests : EngineFixture
{
    private LoopbackInitiator _initiator = null!;

    [SetUp]
    public void Connect() => _initiator = Login();

    [Test]
    public void A_read_that_is_as_long_as_expected_has_no_residual()
    {
        new Random(1).NextBytes(Disk.Medium.AsSpan(0, 4096));
        LoopbackCommand read = Start(_initiator, Cdbs.Read(2, 3), dataIn: 1536);
        Expect.Good(read);
        Assert.That(read.DataIn.ToArray(), Is.EqualTo(Disk.Medium.AsSpan(1024, 1536).ToArray()));
        Residual(read.Result, ResidualKind.None, 0);
    }

    [Test]
    public void A_read_moves_what_there_is_room_for_and_says_what_is_missing()
    {
        new Random(2).NextBytes(Disk.Medium);
        Prop.ForAll(Gen.Choose(0, 40).ToArbitrary(), Gen.Choose(1, 20000).ToArbitrary(), (blocks, room) =>
        {
            LoopbackCommand read = Start(_initiator, Cdbs.Read(1, blocks), dataIn: room);
            int asked = blocks * 512;
            int moved = Math.Min(asked, room);
            Expect.Good(read);
            Residual(
                read.Result,
                asked == room ? ResidualKind.None : asked < room ? ResidualKind.Underflow : ResidualKind.Overflow,
                Math.Abs(asked - room));
            return read.Result.DataInLength == moved
                && read.DataIn.Span.Slice(0, moved).SequenceEqual(Disk.Medium.AsSpan(512, moved))
                && read.DataIn.Span.Slice(moved).IndexOfAnyExcept((byte)0) < 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Test]
    public void A_write_moves_whole_blocks_or_nothing()
    {
        Prop.ForAll(Gen.Choose(0, 8).ToArbitrary(), Gen.Choose(1, 5000).ToArbitrary(), (blocks, length) =>
        {
            Disk.Medium.AsSpan().Clear();
            byte[] data = Pattern(length, length);
            LoopbackResult result = Run(_initiator, Cdbs.Write(0, blocks), data);
            int asked = blocks * 512;
            int moved = Math.Min(asked, length);
            if (moved % 512 != 0)
            {
                Expect.Check(result, 0x5, 0x0E03);
                Residual(result, ResidualKind.Overflow, asked - length);
                return Disk.Medium.AsSpan().IndexOfAnyExcept((byte)0) < 0;
            }
            Expect.Good(result);
            Residual(
                result,
                asked == length ? ResidualKind.None : asked < length ? ResidualKind.Underflow : ResidualKind.Overflow,
                Math.Abs(asked - length));
            return Disk.Medium.AsSpan(0, moved).SequenceEqual(data.AsSpan(0, moved))
                && Disk.Medium.AsSpan(moved).IndexOfAnyExcept((byte)0) < 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Test]
    public void Without_room_a_read_overflows_and_still_succeeds()
    {
        LoopbackResult result = Run(_initiator, Cdbs.Read(0, 2));
        Expect.Good(result);
        Residual(result, ResidualKind.Overflow, 1024);
    }

    [Test]
    public void A_write_of_an_initiator_that_sends_no_data_is_refused()
    {
        Expect.Check(Run(_initiator, Cdbs.Write(0, 1), dataIn: 512), 0x5, 0x0E03);
        Assert.That(Disk.Started, Is.Empty);
    }

    [Test]
    public void A_read_of_an_initiator_that_has_no_room_for_data_overflows()
    {
        LoopbackResult result = Run(_initiator, Cdbs.Read(0, 2), dataOut: new byte[512]);
        Expect.Good(result);
        Assert.That(result.DataInLength, Is.Zero);
        Residual(result, ResidualKind.Overflow, 1024);
    }

    [Test]
    public void Data_expected_for_a_command_without_data_is_an_underflow()
    {
        LoopbackResult result = Run(_initiator, Cdbs.TestUnitReady, dataIn: 100);
        Expect.Good(result);
        Residual(result, ResidualKind.Underflow, 100);
        result = Run(_initiator, Cdbs.Synchronize, dataOut: new byte[100]);
        Expect.Good(result);
        Residual(result, ResidualKind.Underflow, 100);
    }

    [Test]
    public void A_transfer_of_zero_blocks_moves_nothing()
    {
        Residual(Run(_initiator, Cdbs.Read(0, 0), dataIn: 512), ResidualKind.Underflow, 512);
        Residual(Run(_initiator, Cdbs.Write(0, 0), dataOut: new byte[512]), ResidualKind.Underflow, 512);
        Residual(Run(_initiator, Cdbs.Read(0, 0)), ResidualKind.None, 0);
    }

    [Test]
    public void A_failed_command_has_moved_no_data_in()
    {
        Disk.OnExecute = command => command.Fail(Sense.MediumError(AdditionalSense.UnrecoveredReadError, 0x1234));
        LoopbackResult result = Run(_initiator, Cdbs.Read(0, 1), dataIn: 512);
        Expect.Check(result, 0x3, 0x1100);
        Assert.That(result.Sense!.Value.Information, Is.EqualTo(0x1234));
        Assert.That(result.DataInLength, Is.Zero);
        Residual(result, ResidualKind.Underflow, 512);
    }

    [Test]
    public void A_write_that_fails_after_its_data_came_has_no_residual()
    {
        Disk.OnExecute = command => command.Fail(Sense.MediumError(AdditionalSense.WriteError));
        LoopbackResult result = Run(_initiator, Cdbs.Write(0, 1), Pattern(512, 1));
        Expect.Check(result, 0x3, 0x0C00);
        Residual(result, ResidualKind.None, 0);
    }

    [Test]
    public void Less_than_the_cdb_allows_for_is_an_underflow()
    {
        Disk.OnExecute = command => command.CompleteDataIn(100);
        LoopbackResult result = Run(_initiator, Cdbs.Read(0, 1), dataIn: 512);
        Expect.Good(result);
        Assert.That(result.DataInLength, Is.EqualTo(100));
        Residual(result, ResidualKind.Underflow, 412);
    }

    // The default for the longest transfer is 16 MiB: 32768 blocks.
    [Test]
    public void A_longer_transfer_than_the_engine_allows_is_refused_before_memory_is_taken()
    {
        Expect.InvalidFieldInCdb(Run(_initiator, Cdbs.Read(0, 32769), dataIn: 512), 7);
        Expect.InvalidFieldInCdb(Run(_initiator, Cdbs.Write(0, 32769), new byte[512]), 7);
        Assert.That(Engine.BufferPool.AllocatedBytes, Is.Zero);
    }

    [Test]
    public void Long_transfers_go_through_several_buffers()
    {
        byte[] data = Pattern((3 << 20) + 512, 3);
        Expect.Good(Run(_initiator, Cdbs.Write(7, data.Length / 512), data));
        Assert.That(Disk.Medium.AsSpan(7 * 512, data.Length).SequenceEqual(data));
        Assert.That(Fetch(_initiator, Cdbs.Read(7, data.Length / 512), data.Length).AsSpan().SequenceEqual(data));
    }

    [Test]
    public void Data_out_that_is_lost_on_its_way_fails_the_command()
    {
        LoopbackCommand write = Start(_initiator, Cdbs.Write(0, 1), Pattern(512, 1), holdsDataOut: true);
        Assert.That(write.IsDataOutHeld);
        write.FailDataOut(Sense.AbortedCommand(AdditionalSense.InitiatorDetectedErrorMessageReceived));
        Expect.Check(write.Result, 0xB, 0x4800);
        Assert.That(Disk.Started, Is.Empty);
    }

    [Test]
    public void A_driver_may_fail_a_command_before_it_submits_it()
    {
        var driver = new RecordingDriver();
        Session session = OpenSession(driver);
        for (int i = 0; i < 2; i++)
        {
            ScsiCommand command = session.RentCommand();
            command.Initialize((ulong)i, Lun.Zero, Cdbs.Read(0, 1), TaskAttribute.Simple, DataDirection.ToInitiator, 512);
            command.Fail(Sense.AbortedCommand(AdditionalSense.DataPhaseError));
            session.Submit(command);
        }
        Assert.That(driver.Responses.Select(response => $"{response.Status} {response.Sense!.Value.Key}"), Is.EqualTo(new[]
        {
            "CheckCondition UnitAttention", "CheckCondition AbortedCommand",
        }));
    }

    [Test]
    public void A_transport_that_states_no_length_has_no_residual()
    {
        var driver = new RecordingDriver();
        Session session = OpenSession(driver);
        foreach (byte[] cdb in new[] { Cdbs.TestUnitReady, Cdbs.Read(0, 2), Cdbs.Inquiry(36) })
        {
            ScsiCommand command = session.RentCommand();
            command.Initialize(1, Lun.Zero, cdb, TaskAttribute.Simple, DataDirection.None, null);
            session.Submit(command);
        }
        Assert.That(driver.Responses.Skip(1).Select(response => (response.DataInLength, response.ResidualKind)), Is.EqualTo(new[]
        {
            (1024, ResidualKind.None), (36, ResidualKind.None),
        }));
    }

    private static void Residual(LoopbackResult result, ResidualKind kind, int count)
    {
        Assert.That(result.ResidualKind, Is.EqualTo(kind));
        Assert.That(result.ResidualCount, Is.EqualTo(count));
    }
}
