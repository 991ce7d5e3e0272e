using System.Collections.Generic;
using System.Linq;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Iscsi.Tasks;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Tasks;

public class TaskTableTests
{
    // Tags that meet in a small table, and tags from all of their range.
    private static readonly FsCheck.Gen<(bool Adds, uint Tag)[]> _histories =
        Gen.Frequency((3, Gen.Choose(0, 40).Select(value => (uint)value)), (1, Properties.UInt32()))
            .SelectMany(tag => Gen.Elements(true, true, false).Select(adds => (adds, tag)))
            .ArrayOf(200);

    [Test]
    public void It_is_a_dictionary() => Properties.Hold(_histories, history =>
    {
        var table = new TaskTable();
        var model = new Dictionary<uint, IscsiTask>();
        foreach (var (adds, tag) in history)
        {
            if (adds)
            {
                var task = Make(tag);
                if (table.TryAdd(task) != model.TryAdd(tag, task))
                    return false;
            }
            else if (model.Remove(tag, out var task))
            {
                table.Remove(task);
            }

            if (table.Count != model.Count || model.Any(pair => table.Find(pair.Key) != pair.Value) || (!model.ContainsKey(tag) && table.Find(tag) is not null))
                return false;
        }

        var all = new IscsiTask[1];
        var count = table.CopyTo(ref all);
        return all.Take(count).ToHashSet().SetEquals(model.Values);
    });

    [Test]
    public void Another_task_with_the_same_tag_is_not_removed()
    {
        var table = new TaskTable();
        var task = Make(3);
        table.TryAdd(task);
        table.Remove(Make(3));
        Assert.That(table.Find(3), Is.SameAs(task));
        Assert.That(table.Count, Is.EqualTo(1));
    }

    [Test]
    public void The_last_tags_are_remembered_and_the_older_ones_not()
    {
        var tags = new ForgottenTags(256);
        for (uint tag = 0; tag < 1000; tag++)
            tags.Add(tag);
        Assert.That(Enumerable.Range(744, 256).All(tag => tags.Contains((uint)tag)), Is.True);
        Assert.That(Enumerable.Range(0, 744).Any(tag => tags.Contains((uint)tag)), Is.False);
    }

    private static IscsiTask Make(uint tag)
    {
        var task = new IscsiTask(null!, null!);
        task.Begin(tag, lun: 0, isNumbered: true, isWrite: false, announcesData: false, bidirectionalReadLength: null);
        return task;
    }
}
