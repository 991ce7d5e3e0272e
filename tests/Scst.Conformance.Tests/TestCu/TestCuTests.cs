using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

using NUnit.Framework;

using Scst.Conformance.Tests.Harness;

namespace Scst.Conformance.Tests.TestCu;

/// <summary>The conformance suite of libiscsi against disks of every kind: nothing fails, nothing is left out.</summary>
[TestFixture, Category("Conformance")]
[Requires(Tool.IscsiTestCu)]
public class TestCuTests
{
    private const string Family = "ALL";

    // What the disk has now unlocks so many on one logical unit, and no fewer may ever be. The best rival passes 173.
    private const int PassedAtLeast = 177;

    // These write 512 bytes with a CDB that says one block. Where a block is longer that is no whole one, and the only right answer is
    // a refusal: ILLEGAL REQUEST, INVALID FIELD IN COMMAND INFORMATION UNIT.
    private const string Refusal = "(0x0e03)";

    private static readonly string[] _takesBlocksFor512Bytes =
    [
        "ProutReserve.AccessEA", "ProutReserve.AccessWE", "ProutReserve.AccessEARO", "ProutReserve.AccessWERO",
        "ProutReserve.AccessEAAR", "ProutReserve.AccessWEAR",
    ];

    private const string ThinFile = "file={0},size=256MiB,thin";

    // This asks for the status of one block and expects that of the next physical one, where SBC-5 has the answer begin with the block
    // that was asked for. Only where both are the same can it pass.
    private const string OtherBlock = "lba offset in first descriptor";

    private const string AsksForAnotherBlock = "GetLBAStatus.UnmapSingle";

    // libiscsi keeps the usage data of no CDB that is longer than 16 bytes (cdb_usage_data), so this fails where there is one: WRITE
    // SAME(32) and GET LBA STATUS(32) are.
    private const string UsageThatWasNotRead = "CDB[0] Usage Data was 0x00, expected 0x7f for opcode 0x7f";

    private const string ReadsShortCdbs = "ReportSupportedOpcodes.OneCommand";

    private static readonly TimeSpan _watchdog = TimeSpan.FromMinutes(6);

    [TestCase("ram=256MiB")]
    [TestCase("file={0},size=256MiB")]
    [TestCase("file={0},size=256MiB,block=4096")]
    [TestCase("file={0},size=256MiB,block=4096,direct")]
    [TestCase("ram=256MiB,thin")]
    [TestCase(ThinFile)]
    public async Task No_test_fails_and_none_is_left_out(string disk)
    {
        using var directory = new TemporaryDirectory();
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync(
            string.Format(CultureInfo.InvariantCulture, disk, directory["disk.img"]));

        IReadOnlyList<string> planned = TestCuOutput.ParseList(
            (await ProcessRunner.CheckAsync(Tool.IscsiTestCu, "--list")).StandardOutput, Family);
        TestCuRun run = await RunAsync(disk, planned, "-d", "-t", Family, server.Url(0), server.Url(0));

        IReadOnlyDictionary<string, string> unfit = UnfitFor(disk);
        Assert.Multiple(() =>
        {
            Assert.That(planned, Is.Not.Empty);
            Assert.That(run.With(TestCuVerdict.Failed).Select(c => c.FullName), Is.EquivalentTo(unfit.Keys), "failed");
            foreach (TestCuCase failed in run.With(TestCuVerdict.Failed))
                Assert.That(failed.Output, Does.Contain(unfit.GetValueOrDefault(failed.FullName, "no failure")), failed.FullName);
            Assert.That(run.With(TestCuVerdict.DidNotRun).Select(c => c.FullName), Is.Empty, "did not run");
            Assert.That(run.Count(TestCuVerdict.Passed), Is.AtLeast(PassedAtLeast - unfit.Count), "passed and not skipped");
            Assert.That(
                run.With(TestCuVerdict.Skipped).Select(c => c.FullName).Where(IsOfReservations), Is.Empty, "reservations that were skipped");
            Assert.That(run.Summary?.Ran, Is.EqualTo(planned.Count), "CUnit's own count of tests run");
        });
        await server.StopAsync();
    }

    private static bool IsOfReservations(string name) =>
        name.StartsWith("Prin", StringComparison.Ordinal)
        || name.StartsWith("Prout", StringComparison.Ordinal)
        || name.StartsWith("Reserve6.", StringComparison.Ordinal);

    /// <summary>The tests that ask for what no disk of a kind may do, and what each says when it does not get it.</summary>
    private static Dictionary<string, string> UnfitFor(string disk)
    {
        var unfit = new Dictionary<string, string> { [ReadsShortCdbs] = UsageThatWasNotRead };
        if (disk.Contains("block=4096", StringComparison.Ordinal))
        {
            foreach (string name in _takesBlocksFor512Bytes)
                unfit.Add(name, Refusal);
        }
        if (disk == ThinFile)
            unfit.Add(AsksForAnotherBlock, OtherBlock);
        return unfit;
    }

    [Test]
    public async Task A_write_protected_disk_refuses_every_way_of_writing_that_it_knows()
    {
        using var directory = new TemporaryDirectory();
        await using (FileStream image = File.Create(directory["disk.img"]))
            image.SetLength(256 << 20);
        await using ServeDiskProcess server = await ServeDiskProcess.StartAsync($"file={directory["disk.img"]},readonly");

        TestCuRun run = await RunAsync("readonly", ["ReadOnly.ReadOnlySBC"], "-d", "-t", "ALL.ReadOnly", server.Url(0));

        // One test sends every command that writes; those that the disk does not know are the only ones it may leave out.
        TestCuCase readOnly = run.Cases.Single();
        Assert.That(readOnly.Verdict, Is.EqualTo(TestCuVerdict.Passed).Or.EqualTo(TestCuVerdict.Skipped), run.Report());
        Assert.That(readOnly.SkipReasons, Is.All.EndWith("is not implemented."));
        await server.StopAsync();
    }

    private static async Task<TestCuRun> RunAsync(string disk, IEnumerable<string> planned, params string[] arguments)
    {
        ProcessStartInfo info = ProcessRunner.StartInfo(Tool.Find(Tool.IscsiTestCu)!, arguments);
        ProcessResult result = await ProcessRunner.RunAsync(info, _watchdog, mayHang: true);
        TestCuRun run = TestCuOutput.Parse(result.StandardOutput, planned);
        await TestContext.Out.WriteLineAsync($"iscsi-test-cu on {disk}: {result.Duration.TotalSeconds:F0} s, exit code {result.ExitCode}\n{run.Report()}");
        if (run.Summary is null)
            await TestContext.Out.WriteLineAsync(result.ToString());
        return run;
    }
}
