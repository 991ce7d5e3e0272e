using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Scst.Core.Tests.State;

public class FileStateStoreTests
{
    private string _directory = "";

    [SetUp]
    public void MakeDirectory() => _directory = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public async Task A_record_is_there_when_the_directory_is_opened_again()
    {
        await using (var store = new FileStateStore(_directory))
        {
            Assert.That((await store.ReadAsync("disk")).Status, Is.EqualTo(StateReadStatus.Absent));
            Assert.That(
                await store.WriteAsync("disk", "one"u8.ToArray(), 0),
                Is.EqualTo(new StateWriteResult(StateWriteStatus.Stored, 1)));
            Assert.That(
                await store.WriteAsync("disk", "two"u8.ToArray(), 1),
                Is.EqualTo(new StateWriteResult(StateWriteStatus.Stored, 2)));
        }
        await using (var store = new FileStateStore(_directory))
            Assert.That(await TextAsync(store, "disk"), Is.EqualTo(("two", 2)));
    }

    [Test]
    public async Task A_write_that_expects_another_revision_changes_nothing()
    {
        await using var store = new FileStateStore(_directory);
        await store.WriteAsync("disk", "one"u8.ToArray(), 0);
        foreach (long revision in new[] { 0, 2, StateReadResult.UnreadableRevision, long.MaxValue, long.MinValue })
            Assert.That((await store.WriteAsync("disk", "two"u8.ToArray(), revision)).Status, Is.EqualTo(StateWriteStatus.Conflict));
        Assert.That((await store.WriteAsync("other", "two"u8.ToArray(), 1)).Status, Is.EqualTo(StateWriteStatus.Conflict));
        Assert.That(await TextAsync(store, "disk"), Is.EqualTo(("one", 1)));
    }

    [Test]
    public async Task Of_many_writers_who_saw_the_same_record_one_succeeds()
    {
        await using var store = new FileStateStore(_directory);
        for (long revision = 0; revision < 20; revision++)
        {
            StateWriteResult[] results = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(number => store.WriteAsync("disk", new[] { (byte)number }, revision).AsTask()));
            Assert.That(results.Count(result => result.Status == StateWriteStatus.Stored), Is.EqualTo(1));
            Assert.That(results.Count(result => result.Status == StateWriteStatus.Conflict), Is.EqualTo(7));
        }
    }

    [Test]
    public async Task Names_of_all_kinds_have_records_of_their_own()
    {
        string[] names =
        [
            "disk", "Disk", "DISK", "di/sk", "../disk", "..", ".", "con", "a b", "a%20b", "größe", "lock", "disk.new", "disk\0",
            new string('x', 300), new string('x', 301), new string('X', 300), "n-disk.state",
        ];
        await using var store = new FileStateStore(_directory);
        foreach (string name in names)
            Assert.That(
                (await store.WriteAsync(name, Encoding.UTF8.GetBytes(name), 0)).Status,
                Is.EqualTo(StateWriteStatus.Stored),
                name);
        foreach (string name in names)
            Assert.That(await TextAsync(store, name), Is.EqualTo((name, 1)));
        string[] files = [.. Directory.GetFiles(_directory).Select(path => Path.GetFileName(path))];
        Assert.That(files, Has.Length.EqualTo(names.Length + 1));
        Assert.That(files.Select(file => file.ToUpperInvariant()).Distinct().Count(), Is.EqualTo(files.Length));
    }

    [Test]
    public async Task Contents_of_all_lengths_come_back()
    {
        await using var store = new FileStateStore(_directory);
        long revision = 0;
        foreach (int length in new[] { 0, 1, 4095, 4096, 1 << 20, FileStateStore.MaxContentLength })
        {
            byte[] content = [.. Enumerable.Range(0, length).Select(index => (byte)(index * 7))];
            revision = (await store.WriteAsync("disk", content, revision)).Revision;
            Assert.That((await store.ReadAsync("disk")).Content.Span.SequenceEqual(content), Is.True, $"{length} bytes");
        }
        Assert.That(revision, Is.EqualTo(6));
        Assert.That(
            () => store.WriteAsync("disk", new byte[FileStateStore.MaxContentLength + 1], revision).AsTask(),
            Throws.ArgumentException);
    }

    [Test]
    public async Task Every_damage_is_seen_and_what_is_damaged_can_be_replaced()
    {
        string path;
        await using (var store = new FileStateStore(_directory))
        {
            await store.WriteAsync("disk", "some content\n\nwith an empty line"u8.ToArray(), 0);
            path = Directory.GetFiles(_directory, "*.state").Single();
        }
        byte[] whole = await File.ReadAllBytesAsync(path);
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.That(StateFileFormat.TryRead(damaged, "disk", out _, out _), Is.False, $"bit {bit}");
        }
        for (int length = 0; length < whole.Length; length++)
            Assert.That(StateFileFormat.TryRead(whole[..length], "disk", out _, out _), Is.False, $"{length} bytes");
        Assert.That(StateFileFormat.TryRead([.. whole, 0], "disk", out _, out _), Is.False);
        Assert.That(StateFileFormat.TryRead(whole, "other", out _, out _), Is.False);
        Assert.That(StateFileFormat.TryRead(whole, "disk", out long revision, out _), Is.True);
        Assert.That(revision, Is.EqualTo(1));

        await File.WriteAllBytesAsync(path, whole[..^1]);
        await using (var store = new FileStateStore(_directory))
        {
            StateReadResult read = await store.ReadAsync("disk");
            Assert.That(read.Status, Is.EqualTo(StateReadStatus.Unreadable));
            Assert.That((await store.WriteAsync("disk", new byte[1], 0)).Status, Is.EqualTo(StateWriteStatus.Conflict));
            Assert.That(Directory.GetFiles(_directory, "*.damaged-*"), Is.Empty);
            Assert.That((await store.WriteAsync("disk", new byte[1], read.Revision)).Status, Is.EqualTo(StateWriteStatus.Stored));
            Assert.That((await store.ReadAsync("disk")).Status, Is.EqualTo(StateReadStatus.Found));
            Assert.That(await File.ReadAllBytesAsync(Directory.GetFiles(_directory, "*.damaged-*").Single()), Is.EqualTo(whole[..^1]));
        }
    }

    [Test]
    public async Task A_record_is_text_with_its_content_behind_an_empty_line()
    {
        await using var store = new FileStateStore(_directory);
        await store.WriteAsync("Disk 1", "content"u8.ToArray(), 0);
        string[] lines = await File.ReadAllLinesAsync(Directory.GetFiles(_directory, "*.state").Single());
        Assert.That(lines, Has.Length.EqualTo(7));
        Assert.That(lines[..4], Is.EqualTo(new[] { "scst-state 1", "name %44isk%201", "revision 1", "length 7" }));
        Assert.That(lines[4], Does.Match("^crc32c [0-9a-f]{8}$"));
        Assert.That(lines[5..], Is.EqualTo(new[] { "", "content" }));
    }

    [Test]
    public async Task A_directory_has_one_store_at_a_time()
    {
        var first = new FileStateStore(_directory);
        Assert.That(() => new FileStateStore(_directory), Throws.InstanceOf<IOException>());
        await first.DisposeAsync();
        await first.DisposeAsync();
        Assert.That(() => first.ReadAsync("disk").AsTask(), Throws.InstanceOf<ObjectDisposedException>());
        await using var second = new FileStateStore(_directory);
        Assert.That((await second.ReadAsync("disk")).Status, Is.EqualTo(StateReadStatus.Absent));
    }

    [Test]
    public async Task A_directory_that_is_gone_is_a_failure_and_not_an_absent_record()
    {
        await using var store = new FileStateStore(_directory);
        await store.WriteAsync("disk", new byte[1], 0);
        Directory.Move(_directory, _directory + ".moved");
        try
        {
            StateReadResult read = await store.ReadAsync("disk");
            Assert.That(read.Status, Is.EqualTo(StateReadStatus.Failed));
            Assert.That(read.Error, Is.Not.Null);
            StateWriteResult write = await store.WriteAsync("disk", new byte[1], 1);
            Assert.That(write.Status, Is.EqualTo(StateWriteStatus.Failed));
        }
        finally
        {
            Directory.Move(_directory + ".moved", _directory);
        }
        Assert.That((await store.ReadAsync("disk")).Status, Is.EqualTo(StateReadStatus.Found));
    }

    [Test]
    public async Task A_name_that_is_no_text_is_refused()
    {
        await using var store = new FileStateStore(_directory);
        Assert.That(() => store.ReadAsync("").AsTask(), Throws.ArgumentException);
        Assert.That(() => store.ReadAsync("\uD800").AsTask(), Throws.InstanceOf<ArgumentException>());
    }

    private static async Task<(string Text, long Revision)> TextAsync(FileStateStore store, string name)
    {
        StateReadResult read = await store.ReadAsync(name);
        Assert.That(read.Status, Is.EqualTo(StateReadStatus.Found), name);
        return (Encoding.UTF8.GetString(read.Content.Span), read.Revision);
    }
}
