using System;
using System.IO;
using System.Linq;

using FsCheck;
using FsCheck.Fluent;

using NUnit.Framework;

namespace Scst.Conformance.Tests.TestCu;

/// <summary>The reader of iscsi-test-cu's output, against runs captured from another target.</summary>
[TestFixture]
public class TestCuOutputTests
{
    private static readonly string _list = Captured("list.txt");
    private static readonly string _oneUnit = Captured("one-unit.txt");
    private static readonly string _targetDied = Captured("target-died.txt");

    [Test]
    public void The_family_ALL_has_230_tests_and_no_suite_among_them()
    {
        var names = TestCuOutput.ParseList(_list, "ALL");

        Assert.That(names, Has.Count.EqualTo(230));
        Assert.That(names, Is.Unique);
        Assert.That(names, Has.Member("CompareAndWrite.Simple").And.Member("ModeSense6.Control-D_SENSE").And.No.Member("Read10"));
    }

    [Test]
    public void A_whole_run_gives_the_known_score_and_agrees_with_the_count_of_CUnit()
    {
        TestCuRun run = TestCuOutput.Parse(_oneUnit, TestCuOutput.ParseList(_list, "ALL"));

        Assert.Multiple(() =>
        {
            Assert.That(run.Cases, Has.Count.EqualTo(230));
            Assert.That(run.Count(TestCuVerdict.Passed), Is.EqualTo(160));
            Assert.That(run.Count(TestCuVerdict.Failed), Is.EqualTo(8));
            Assert.That(run.Count(TestCuVerdict.Skipped), Is.EqualTo(62));
            Assert.That(run.Count(TestCuVerdict.DidNotRun), Is.Zero);
            Assert.That(run.Summary, Is.EqualTo(new TestCuSummary(Total: 230, Ran: 230, Passed: 222, Failed: 8)));
        });
    }

    [Test]
    public void The_failed_tests_are_named_with_their_output()
    {
        TestCuRun run = TestCuOutput.Parse(_oneUnit, []);

        Assert.That(run.With(TestCuVerdict.Failed).Select(c => c.FullName), Is.EqualTo(
        [
            "GetLBAStatus.BeyondEol", "PrinServiceactionRange.Range", "ProutReserve.OwnershipEA", "ProutReserve.OwnershipWE",
            "ProutReserve.OwnershipEARO", "ProutReserve.OwnershipWERO", "Reserve6.2Initiators", "iSCSIdatasn.iSCSIDataSnInvalid",
        ]));
        Assert.That(run.With(TestCuVerdict.Failed).First().Output, Does.Contain("test_get_lba_status_beyond_eol.c:38"));
    }

    [Test]
    public void A_skipped_test_keeps_its_reason()
    {
        TestCuRun run = TestCuOutput.Parse(_oneUnit, []);

        TestCuCase unmap = run.Cases.Single(c => c.FullName == "GetLBAStatus.UnmapSingle");
        Assert.That(unmap.Verdict, Is.EqualTo(TestCuVerdict.Skipped));
        Assert.That(unmap.SkipReasons, Is.EqualTo(["Logical unit is fully provisioned. Skipping test"]));
    }

    [Test]
    public void What_the_clean_up_says_after_the_verdict_changes_nothing()
    {
        TestCuRun captured = TestCuOutput.Parse(_oneUnit, []);
        Assert.That(captured.Cases.Single(c => c.FullName == "Reserve6.LUNReset").Verdict, Is.EqualTo(TestCuVerdict.Passed));

        TestCuRun run = TestCuOutput.Parse(
            "Suite: S\n  Test: A ...passed    [SKIPPED] PRIN is not implemented.\n    [SKIPPED] again\nFAILED\n  Test: B ...passed\n", []);
        Assert.That(run.Cases.Select(c => c.Verdict), Is.EqualTo([TestCuVerdict.Passed, TestCuVerdict.Passed]));
    }

    [Test]
    public void A_failure_counts_as_a_failure_even_if_a_part_was_skipped()
    {
        TestCuRun run = TestCuOutput.Parse("Suite: S\n  Test: A ...    [SKIPPED] not here\nFAILED\n    1. a.c:1  - x\n", []);

        Assert.That(run.Cases.Single().Verdict, Is.EqualTo(TestCuVerdict.Failed));
    }

    [Test]
    public void A_test_that_speaks_of_passing_or_failing_has_no_verdict_by_that()
    {
        TestCuRun run = TestCuOutput.Parse("Suite: S\n  Test: A ...    passed so far\n    [FAILED] READ10\npassedly\n", ["S.A", "S.B"]);

        Assert.That(run.Cases.Select(c => c.Verdict), Is.All.EqualTo(TestCuVerdict.DidNotRun));
        Assert.That(run.Summary, Is.Null);
    }

    [Test]
    public void After_the_target_died_every_test_without_a_verdict_did_not_run()
    {
        TestCuRun run = TestCuOutput.Parse(_targetDied, TestCuOutput.ParseList(_list, "ALL"));

        Assert.Multiple(() =>
        {
            Assert.That(run.Cases, Has.Count.EqualTo(230));
            Assert.That(run.Summary, Is.Null);
            // The last line of the capture is a test that began and never ended.
            Assert.That(run.Cases.Single(c => c.FullName == "OrWrite.Verify").Verdict, Is.EqualTo(TestCuVerdict.DidNotRun));
            Assert.That(run.Cases.Single(c => c.FullName == "OrWrite.DpoFua").Verdict, Is.EqualTo(TestCuVerdict.Passed));
            Assert.That(run.Cases.SkipWhile(c => c.FullName != "OrWrite.Verify").Select(c => c.Verdict), Is.All.EqualTo(TestCuVerdict.DidNotRun));
        });
    }

    [Test]
    public void Output_cut_at_any_character_never_gains_a_failure_and_always_accounts_for_all_tests()
    {
        var planned = TestCuOutput.ParseList(_list, "ALL");
        TestCuRun whole = TestCuOutput.Parse(_oneUnit, planned);
        for (int length = 0; length < _oneUnit.Length; length += 7)
        {
            TestCuRun cut = TestCuOutput.Parse(_oneUnit[..length], planned);
            Assert.That(cut.Cases.Where(c => planned.Contains(c.FullName)), Has.Exactly(230).Items);
            foreach ((TestCuCase before, TestCuCase after) in cut.Cases.Zip(whole.Cases))
            {
                if (before.Verdict != after.Verdict && before.Verdict != TestCuVerdict.DidNotRun)
                    Assert.Fail($"cut at {length}: {before.FullName} is {before.Verdict}");
            }
        }
    }

    [Test]
    public void The_report_has_the_four_counts_every_skip_and_every_failure()
    {
        string report = TestCuOutput.Parse(_oneUnit, []).Report();

        Assert.That(report, Does.Contain("passed        160").And.Contain("failed          8").And.Contain("skipped        62"));
        Assert.That(report.Split('\n').Count(line => line.StartsWith("skipped ", StringComparison.Ordinal)), Is.EqualTo(1 + 62));
        Assert.That(report.Split('\n').Count(line => line.StartsWith("FAILED ", StringComparison.Ordinal)), Is.EqualTo(8));
    }

    [Test]
    public void Any_text_is_read_without_an_exception()
    {
        Gen<string> line = Gen.OneOf(
            Gen.Elements("Suite: S", "Suite:", "  Test: A ...passed", "  Test: ...", "  Test: B ...", "passed", "FAILED",
                "    [SKIPPED]", "[SKIPPED] x", "Run Summary:", "tests 1 2 3 4 5", "tests 1 99999999999 2 3", "tests", ""),
            ArbMap.Default.GeneratorFor<string>().Select(text => text ?? string.Empty));
        Gen<string> text = line.ListOf().Select(lines => string.Join('\n', lines));

        Prop.ForAll(text.ToArbitrary(), output => TestCuOutput.Parse(output, ["S.A", "x"]).Report().Length > 0).QuickCheckThrowOnFailure();
    }

    private static string Captured(string name)
    {
        using Stream stream = typeof(TestCuOutputTests).Assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException(name);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
