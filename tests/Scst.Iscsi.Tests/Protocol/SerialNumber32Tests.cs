using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Protocol;

[TestFixture]
public class SerialNumber32Tests
{
    [TestCase(0u, 1u, true)]
    [TestCase(1u, 0u, false)]
    [TestCase(0xffff_ffffu, 0u, true)]
    [TestCase(0u, 0xffff_ffffu, false)]
    [TestCase(0u, 0x7fff_ffffu, true)]
    [TestCase(5u, 5u, false)]
    public void Less_than_follows_RFC_1982(uint left, uint right, bool less)
    {
        Assert.That(new SerialNumber32(left) < new SerialNumber32(right), Is.EqualTo(less));
    }

    [TestCase(0u)]
    [TestCase(1u)]
    [TestCase(0x8000_0000u)]
    [TestCase(0xffff_ffffu)]
    public void Numbers_half_the_circle_apart_are_in_no_order(uint value)
    {
        var a = new SerialNumber32(value);
        var b = a + 0x8000_0000;
        Assert.Multiple(() =>
        {
            Assert.That(a < b, Is.False);
            Assert.That(b < a, Is.False);
            Assert.That(a > b, Is.False);
            Assert.That(a <= b, Is.False);
            Assert.That(a == b, Is.False);
        });
    }

    [Test]
    public void Next_of_the_last_number_is_zero()
    {
        Assert.That(new SerialNumber32(uint.MaxValue).Next, Is.EqualTo(new SerialNumber32(0)));
    }

    [Test]
    public void Adding_up_to_half_the_circle_gives_a_greater_number()
    {
        Properties.Hold(
            Properties.UInt32().SelectMany(s => Gen.Choose(1, int.MaxValue).Select(n => (s, n))),
            x =>
            {
                var start = new SerialNumber32(x.s);
                var end = start + (uint)x.n;
                return start < end && end > start && !(end < start) && start <= end && end >= start && start != end
                    && end.DistanceFrom(start) == (uint)x.n && end - (uint)x.n == start;
            },
            2000);
    }

    [Test]
    public void Exactly_one_of_less_equal_greater_holds_unless_half_the_circle_lies_between()
    {
        Properties.Hold(
            Properties.UInt32().SelectMany(l => Properties.UInt32().Select(r => (l, r))),
            x =>
            {
                var left = new SerialNumber32(x.l);
                var right = new SerialNumber32(x.r);
                var count = (left < right ? 1 : 0) + (left == right ? 1 : 0) + (left > right ? 1 : 0);
                return count == (unchecked(x.l - x.r) == 0x8000_0000 ? 0 : 1);
            },
            2000);
    }
}
