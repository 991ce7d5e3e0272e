using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Scst.Core.Tests.State;

/// <summary>The power goes off, or a call fails, at every call that the store makes.</summary>
public class FileStateStoreCrashTests
{
    private const string Name = "disk";

    private static readonly string[] _calls = ["create", "write", "flush", "rename", "flush directory"];

    private int _cuts;

    [Test]
    public async Task A_record_is_written_aside_flushed_renamed_and_its_directory_flushed()
    {
        var files = new SimulatedFiles();
        await using FileStateStore store = Open(files);
        files.Log.Clear();
        await store.WriteAsync(Name, new byte[] { 1 }, 0);
        Assert.That(files.Log, Is.EqualTo(_calls));
    }

    [Test]
    public async Task After_a_power_cut_at_any_call_the_record_is_the_old_one_or_the_new_one(
        [Values(0, 1, 3)] int recordsBefore,
        [Values] bool isDoneBefore)
    {
        for (int call = 1; call <= _calls.Length; call++)
        {
            (SimulatedFiles files, FileStateStore store) = await PrepareAsync(recordsBefore);
            files.FatefulCall = call;
            files.CutsPower = true;
            files.IsDoneBefore = isDoneBefore;
            Assert.That(
                () => store.WriteAsync(Name, ContentOf(recordsBefore + 1), recordsBefore).AsTask(),
                Throws.InstanceOf<PowerCutException>());
            await ExpectOneOfAsync(files, [recordsBefore, recordsBefore + 1]);
        }
        Assert.That(_cuts, Is.GreaterThan(_calls.Length * 6));
    }

    [Test]
    public async Task After_a_power_cut_at_any_call_a_damaged_record_is_there_or_the_new_one_and_a_copy_of_it([Values] bool isDoneBefore)
    {
        // Create, write and flush the copy, and then as ever.
        for (int call = 1; call <= 3 + _calls.Length; call++)
        {
            (SimulatedFiles files, FileStateStore store, string name, byte[] damaged) = await PrepareDamageAsync();
            files.FatefulCall = call;
            files.CutsPower = true;
            files.IsDoneBefore = isDoneBefore;
            Assert.That(
                () => store.WriteAsync(Name, ContentOf(2), StateReadResult.UnreadableRevision).AsTask(),
                Throws.InstanceOf<PowerCutException>());
            foreach (SimulatedFiles after in files.AfterPowerCut())
            {
                StateReadResult read = await Open(after).ReadAsync(Name);
                Assert.That(read.Status, Is.AnyOf(StateReadStatus.Unreadable, StateReadStatus.Found), $"call {call}");
                string holder = read.Status == StateReadStatus.Unreadable ? name : after.Names.Single(kept => kept.Contains(".damaged-"));
                Assert.That(after.BytesOf(holder), Is.EqualTo(damaged), $"call {call}");
            }
        }
    }

    [Test]
    public async Task A_damaged_record_that_cannot_be_kept_aside_is_not_replaced()
    {
        for (int call = 1; call <= 3; call++)
        {
            (SimulatedFiles files, FileStateStore store, string name, byte[] damaged) = await PrepareDamageAsync();
            files.FatefulCall = call;
            StateWriteResult result = await store.WriteAsync(Name, ContentOf(2), StateReadResult.UnreadableRevision);
            Assert.That(result.Status, Is.EqualTo(StateWriteStatus.Failed));
            Assert.That(result.Error, Is.Not.Null);
            Assert.That(files.BytesOf(name), Is.EqualTo(damaged));
        }
    }

    [Test]
    public async Task What_was_stored_is_there_after_a_power_cut([Values(0, 1, 3)] int recordsBefore)
    {
        (SimulatedFiles files, FileStateStore store) = await PrepareAsync(recordsBefore);
        Assert.That(
            (await store.WriteAsync(Name, ContentOf(recordsBefore + 1), recordsBefore)).Status,
            Is.EqualTo(StateWriteStatus.Stored));
        await ExpectOneOfAsync(files, [recordsBefore + 1]);
    }

    [Test]
    public async Task A_failing_call_leaves_the_old_record_or_says_that_it_does_not_know([Values(0, 1, 3)] int recordsBefore)
    {
        for (int call = 1; call <= _calls.Length; call++)
        {
            (SimulatedFiles files, FileStateStore store) = await PrepareAsync(recordsBefore);
            files.FatefulCall = call;
            StateWriteResult result = await store.WriteAsync(Name, ContentOf(recordsBefore + 1), recordsBefore);
            Assert.That(
                result.Status,
                Is.EqualTo(_calls[call - 1] is "rename" or "flush directory" ? StateWriteStatus.Uncertain : StateWriteStatus.Failed));
            Assert.That(result.Error, Is.Not.Null);
            int[] possible = result.Status == StateWriteStatus.Failed ? [recordsBefore] : [recordsBefore, recordsBefore + 1];
            await ExpectOneOfAsync(files, possible);
            if (result.Status == StateWriteStatus.Uncertain)
                Assert.That((await store.WriteAsync(Name, ContentOf(9), recordsBefore)).Status, Is.EqualTo(StateWriteStatus.Conflict));
            // What is read now is what it stays, whatever comes.
            StateReadResult read = await store.ReadAsync(Name);
            int number = NumberOf(read);
            Assert.That(possible, Does.Contain(number));
            await ExpectOneOfAsync(files, [number]);
            // And it goes on from there.
            Assert.That((await store.WriteAsync(Name, ContentOf(9), read.Revision)).Status, Is.EqualTo(StateWriteStatus.Stored));
            await ExpectOneOfAsync(files, [9]);
        }
    }

    [Test]
    public async Task While_it_is_uncertain_a_read_that_cannot_make_it_certain_fails()
    {
        (SimulatedFiles files, FileStateStore store) = await PrepareAsync(1);
        files.FatefulCall = 5;
        await store.WriteAsync(Name, ContentOf(2), 1);
        files.FatefulCall = files.Calls + 1;
        StateReadResult read = await store.ReadAsync(Name);
        Assert.That(read.Status, Is.EqualTo(StateReadStatus.Failed));
        Assert.That(read.Error, Is.Not.Null);
        Assert.That(NumberOf(await store.ReadAsync(Name)), Is.EqualTo(2));
    }

    [Test]
    public async Task A_disk_that_lies_about_flushes_is_found_out_by_these_tests()
    {
        (SimulatedFiles files, FileStateStore store) = await PrepareAsync(1);
        files.IgnoresFlushes = true;
        Assert.That((await store.WriteAsync(Name, ContentOf(2), 1)).Status, Is.EqualTo(StateWriteStatus.Stored));
        var found = new List<StateReadResult>();
        foreach (SimulatedFiles after in files.AfterPowerCut())
            found.Add(await Open(after).ReadAsync(Name));
        Assert.That(found.Any(read => read.Status == StateReadStatus.Unreadable), Is.True, "A torn record.");
        Assert.That(found.Any(read => read.Status == StateReadStatus.Found && NumberOf(read) == 1), Is.True, "An old record.");
    }

    private static FileStateStore Open(SimulatedFiles files) => new("/state", files);

    private static async Task<(SimulatedFiles Files, FileStateStore Store)> PrepareAsync(int records)
    {
        var files = new SimulatedFiles();
        FileStateStore store = Open(files);
        for (int number = 1; number <= records; number++)
            Assert.That((await store.WriteAsync(Name, ContentOf(number), number - 1)).Revision, Is.EqualTo(number));
        files.Calls = 0;
        return (files, store);
    }

    private static async Task<(SimulatedFiles Files, FileStateStore Store, string Name, byte[] Damaged)> PrepareDamageAsync()
    {
        (SimulatedFiles files, _) = await PrepareAsync(1);
        string name = files.FileThatIsNotAside();
        byte[] damaged = files.BytesOf(name)[..^1];
        files.Damage(name, damaged);
        FileStateStore store = Open(files);
        files.Calls = 0;
        return (files, store, name, damaged);
    }

    /// <summary>Whatever the power leaves if it goes off now, it is one of these records, and the next one can follow.</summary>
    private async Task ExpectOneOfAsync(SimulatedFiles files, int[] numbers)
    {
        foreach (SimulatedFiles after in files.AfterPowerCut())
        {
            _cuts++;
            FileStateStore store = Open(after);
            StateReadResult read = await store.ReadAsync(Name);
            Assert.That(read.Status, Is.AnyOf(StateReadStatus.Absent, StateReadStatus.Found));
            Assert.That(numbers, Does.Contain(NumberOf(read)));
            Assert.That((await store.WriteAsync(Name, ContentOf(8), read.Revision)).Status, Is.EqualTo(StateWriteStatus.Stored));
            Assert.That(NumberOf(await store.ReadAsync(Name)), Is.EqualTo(8));
        }
    }

    private static byte[] ContentOf(int number) => [.. Enumerable.Repeat((byte)number, 100 * number)];

    private static int NumberOf(StateReadResult read)
    {
        if (read.Status == StateReadStatus.Absent)
            return 0;
        Assert.That(read.Status, Is.EqualTo(StateReadStatus.Found));
        int number = read.Content.Span[0];
        Assert.That(read.Content.ToArray(), Is.EqualTo(ContentOf(number)));
        return number;
    }
}
