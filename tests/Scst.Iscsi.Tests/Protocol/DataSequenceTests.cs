using System;
using System.Collections.Generic;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Protocol;

[TestFixture]
public class DataSequenceTests
{
    private const uint Tag = 77;
    private const uint NoTag = 0xffff_ffff;

    [Test]
    public void A_sequence_in_order_is_taken_to_its_end()
    {
        var sequence = DataOutSequence.Solicited(Tag, 1000, 1500);
        Assert.That(sequence.Accept(Tag, new(0), 1000, 1000, false, 8192), Is.EqualTo(DataOutVerdict.Accepted));
        Assert.That(sequence.Accept(Tag, new(1), 2000, 500, true, 8192), Is.EqualTo(DataOutVerdict.Completed));
        Assert.That(sequence.IsComplete, Is.True);
        Assert.That(sequence.NextOffset, Is.EqualTo(2500));
        Assert.That(sequence.Accept(Tag, new(2), 2500, 0, true, 8192), Is.EqualTo(DataOutVerdict.Unexpected));
    }

    [TestCase(78u, 0u, 1000u, 100, false, nameof(DataOutVerdict.WrongTag))]
    [TestCase(NoTag, 0u, 1000u, 100, false, nameof(DataOutVerdict.WrongTag))]
    [TestCase(Tag, 1u, 1000u, 100, false, nameof(DataOutVerdict.DataSNOutOfOrder))]
    [TestCase(Tag, 0u, 999u, 100, false, nameof(DataOutVerdict.OffsetOutOfOrder))]
    [TestCase(Tag, 0u, 1001u, 100, false, nameof(DataOutVerdict.OffsetOutOfOrder))]
    [TestCase(Tag, 0u, 1000u, 1501, true, nameof(DataOutVerdict.BeyondSequence))]
    [TestCase(Tag, 0u, 1000u, 1499, true, nameof(DataOutVerdict.FinalTooEarly))]
    [TestCase(Tag, 0u, 1000u, 0, true, nameof(DataOutVerdict.FinalTooEarly))]
    [TestCase(Tag, 0u, 1000u, 1500, false, nameof(DataOutVerdict.FinalMissing))]
    [TestCase(Tag, 0u, 1000u, 0, false, nameof(DataOutVerdict.EmptySegment))]
    [TestCase(Tag, 0u, 1000u, 8193, true, nameof(DataOutVerdict.SegmentTooLong))]
    public void A_PDU_out_of_place_is_refused_and_changes_nothing(
        uint tag, uint dataSN, uint offset, int length, bool final, string verdict)
    {
        var sequence = DataOutSequence.Solicited(Tag, 1000, 1500);
        Assert.That(sequence.Accept(tag, new(dataSN), offset, length, final, 8192).ToString(), Is.EqualTo(verdict));
        Assert.That(sequence.Accept(Tag, new(0), 1000, 1500, true, 8192), Is.EqualTo(DataOutVerdict.Completed));
    }

    [TestCase(0u, 4096u, 65536u, 4096u)]
    [TestCase(512u, 4096u, 65536u, 3584u)]
    [TestCase(512u, 1_000_000u, 65536u, 65024u)]
    [TestCase(4096u, 4096u, 65536u, 0u)]
    public void Unsolicited_data_is_limited_by_first_burst_and_expected_length(
        uint immediate, uint expected, uint firstBurst, uint remaining)
    {
        var sequence = DataOutSequence.Unsolicited(immediate, expected, firstBurst);
        Assert.That(sequence.Remaining, Is.EqualTo(remaining));
        Assert.That(sequence.NextOffset, Is.EqualTo(immediate));
        Assert.That(sequence.IsSolicited, Is.False);
    }

    [Test]
    public void An_unsolicited_sequence_may_end_early()
    {
        var sequence = DataOutSequence.Unsolicited(0, 4096, 65536);
        Assert.That(sequence.Accept(NoTag, new(0), 0, 1024, true, 8192), Is.EqualTo(DataOutVerdict.Completed));
        Assert.That(sequence.NextOffset, Is.EqualTo(1024));
    }

    [Test]
    public void A_tag_of_its_own_is_asked_of_a_solicited_sequence()
    {
        Assert.That(() => DataOutSequence.Solicited(NoTag, 0, 1), Throws.ArgumentException);
        Assert.That(() => DataOutSequence.Solicited(Tag, 2, uint.MaxValue - 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Random_PDUs_never_throw_and_never_pass_the_end()
    {
        var pdu =
            from tag in Gen.Elements(Tag, NoTag, 5u)
            from sn in Gen.Choose(0, 4)
            from offset in Gen.Frequency((3, Gen.Choose(0, 64).Select(v => (uint)v)), (1, Properties.UInt32()))
            from length in Gen.Choose(0, 40)
            from final in Gen.Elements(true, false)
            select (tag, sn, offset, length, final);
        Properties.Hold(pdu.ListOf(), pdus =>
        {
            var sequence = DataOutSequence.Solicited(Tag, 16, 48);
            foreach (var (tag, sn, offset, length, final) in pdus)
            {
                var before = sequence.NextOffset;
                var verdict = sequence.Accept(tag, new((uint)sn), offset, length, final, 32);
                var taken = verdict is DataOutVerdict.Accepted or DataOutVerdict.Completed;
                if (sequence.NextOffset != before + (taken ? (uint)length : 0) || sequence.NextOffset > 64)
                    return false;
                if (sequence.IsComplete && sequence.NextOffset != 64)
                    return false;
            }

            return true;
        });
    }

    [Test]
    public void R2Ts_cover_exactly_what_was_not_sent_unsolicited()
    {
        var cases =
            from total in Gen.Choose(0, 100_000)
            from received in Gen.Choose(0, 120_000)
            from burst in Gen.Choose(512, 40_000)
            from outstanding in Gen.Choose(1, 5)
            select (total, received, burst, outstanding);
        Properties.Hold(cases, x =>
        {
            var plan = new ReadyToTransferPlan((uint)x.received, (uint)x.total, x.burst, x.outstanding);
            var next = (uint)Math.Min(x.received, x.total);
            var number = 0u;
            var open = 0;
            while (!plan.IsComplete)
            {
                while (plan.TryNext(out var slice))
                {
                    open++;
                    if (slice.Offset != next || slice.Length == 0 || slice.Length > x.burst || slice.R2TSN.Value != number++)
                        return false;
                    next += slice.Length;
                }

                if (open > x.outstanding || plan.Outstanding != open || (open < x.outstanding && next != x.total))
                    return false;
                plan.SequenceCompleted();
                open--;
            }

            return next == x.total && !plan.TryNext(out _) && plan.NextR2TSN.Value == number;
        });
    }

    [Test]
    public void R2Ts_of_four_gigabytes_do_not_overflow()
    {
        var plan = new ReadyToTransferPlan(0, uint.MaxValue, (1 << 24) - 1, 1);
        ulong sum = 0;
        while (plan.TryNext(out var slice))
        {
            Assert.That(slice.Offset, Is.EqualTo(sum));
            sum += slice.Length;
            plan.SequenceCompleted();
        }

        Assert.That(sum, Is.EqualTo(uint.MaxValue));
    }

    [Test]
    public void A_sequence_that_is_not_outstanding_cannot_complete()
    {
        var plan = new ReadyToTransferPlan(0, 10, 512, 1);
        Assert.That(() => plan.SequenceCompleted(), Throws.InvalidOperationException);
    }

    [Test]
    public void A_read_of_20000_bytes_is_cut_by_segment_and_burst()
    {
        // 8192-byte segments, bursts of 16384: 8192, 8192 (F), 3616 (F, S).
        var slices = Cut(new DataInPlan(20000, 8192, 16384, true));
        Assert.That(slices, Is.EqualTo(new[]
        {
            new DataInSlice(new(0), 0, 8192, false, false),
            new DataInSlice(new(1), 8192, 8192, true, false),
            new DataInSlice(new(2), 16384, 3616, true, true),
        }));
    }

    [Test]
    public void No_data_is_no_PDU()
    {
        Assert.That(Cut(new DataInPlan(0, 8192, 16384, true)), Is.Empty);
    }

    [Test]
    public void Data_in_covers_everything_once_within_its_limits()
    {
        var cases =
            from total in Gen.Choose(0, 200_000)
            from segment in Gen.Choose(512, 70_000)
            from burst in Gen.Choose(512, 70_000)
            from status in Gen.Elements(true, false)
            select (total, segment, burst, status);
        Properties.Hold(cases, x =>
        {
            var next = 0u;
            var inBurst = 0;
            var number = 0u;
            foreach (var slice in Cut(new DataInPlan((uint)x.total, x.segment, x.burst, x.status)))
            {
                inBurst += slice.Length;
                var last = next + slice.Length == x.total;
                if (slice.Offset != next || slice.Length is 0 || slice.Length > x.segment || inBurst > x.burst
                    || slice.DataSN.Value != number++ || slice.HasStatus != (last && x.status)
                    || slice.Final != (last || inBurst == x.burst))
                    return false;
                if (slice.Final)
                    inBurst = 0;
                next += (uint)slice.Length;
            }

            return next == x.total && inBurst == 0;
        });
    }

    private static List<DataInSlice> Cut(DataInPlan plan)
    {
        var slices = new List<DataInSlice>();
        while (plan.TryNext(out var slice))
            slices.Add(slice);
        Assert.That(plan.IsComplete, Is.True);
        Assert.That(plan.NextDataSN.Value, Is.EqualTo(slices.Count));
        return slices;
    }
}
