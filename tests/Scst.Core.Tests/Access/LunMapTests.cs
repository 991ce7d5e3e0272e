using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Scst.Tests.Access;

[TestFixture]
internal sealed class LunMapTests : EngineFixture
{
    [TestCase(-1)]
    [TestCase(16384)]
    public void A_number_out_of_range_is_refused(int number) => Refuse(new AccessControlGroup { Luns = [new(number, Unit)] });

    [TestCase(0)]
    [TestCase(16383)]
    public void The_first_and_the_last_number_can_be_used(int number)
    {
        Target target = Driver.AddTarget("other", new TargetOptions { DefaultGroup = new() { Luns = [new(number, Unit)] } });
        Expect.Check(Run(Connect("initiator", target), Cdbs.TestUnitReady, lun: number), 0x6, 0x2900);
    }

    [Test]
    public void A_number_that_occurs_twice_is_refused() =>
        Refuse(new AccessControlGroup { Luns = [new(3, Unit), new(4, Unit), new(3, Unit)] });

    [Test]
    public async Task A_logical_unit_of_another_engine_is_refused()
    {
        await using var other = new ScsiEngine();
        Refuse(AccessControlGroup.Of(other.AddLogicalUnit("disk", new ScriptedHandler())));
    }

    [Test]
    public void A_group_that_is_wrong_is_refused_wherever_it_stands()
    {
        var wrong = new AccessControlGroup { Luns = [new(-1, Unit)] };
        Assert.That(() => Driver.AddTarget("other", new TargetOptions { Groups = [new(), wrong] }), Throws.InstanceOf<AccessRefusedException>());
        Assert.That(Engine.Targets.Select(target => target.Name), Is.EqualTo(new[] { "target" }));
    }

    [Test]
    public void One_logical_unit_may_have_two_numbers_which_are_two_nexuses()
    {
        Target target = Driver.AddTarget("other", new TargetOptions { DefaultGroup = AccessControlGroup.Of(Unit, Unit) });
        var initiator = Login("initiator", target, 0);
        Expect.Check(Run(initiator, Cdbs.TestUnitReady, lun: 1), 0x6, 0x2900);
        Expect.Good(Run(initiator, Cdbs.TestUnitReady, lun: 0));
    }

    [Test]
    public void A_map_may_make_a_logical_unit_read_only_for_some()
    {
        Target target = Driver.AddTarget("other", new TargetOptions { DefaultGroup = new() { Luns = [new(0, Unit, IsReadOnly: true)] } });
        var reader = Login("reader", target);
        var writer = Login("writer");
        byte[] data = Pattern(512, 1);
        Expect.Check(Run(reader, Cdbs.Write(1, 1), data), 0x7, 0x2700);
        Expect.Good(Run(writer, Cdbs.Write(1, 1), data));
        Assert.That(Fetch(reader, Cdbs.Read(1, 1), 512), Is.EqualTo(data));
        // SBC-5, DEVICE-SPECIFIC PARAMETER: WP is bit 7.
        Assert.That(Fetch(reader, Cdbs.ModeSense6(0x3F), 255)[2] & 0x80, Is.EqualTo(0x80));
        Assert.That(Fetch(writer, Cdbs.ModeSense6(0x3F), 255)[2] & 0x80, Is.Zero);
    }

    private void Refuse(AccessControlGroup group)
    {
        Assert.That(() => Driver.AddTarget("other", new TargetOptions { DefaultGroup = group }), Throws.InstanceOf<AccessRefusedException>());
        Assert.That(Engine.Targets.Select(target => target.Name), Is.EqualTo(new[] { "target" }));
    }
}
