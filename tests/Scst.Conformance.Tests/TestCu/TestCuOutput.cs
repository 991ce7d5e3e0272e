using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace Scst.Conformance.Tests.TestCu;

/// <summary>
/// Reads what iscsi-test-cu prints (CUnit's verbose mode). CUnit knows passed and failed only: a test that
/// found nothing to test says <c>[SKIPPED]</c> before the word <c>passed</c>. The same mark after that word
/// belongs to the clean-up and means nothing.
/// </summary>
internal static class TestCuOutput
{
    private const string SuiteMark = "Suite: ";
    private const string TestMark = "  Test: ";
    private const string SummaryMark = "Run Summary:";
    private const string NameEnd = " ...";
    private const string SkippedMark = "[SKIPPED]";

    /// <summary>The tests of one family out of <c>iscsi-test-cu --list</c>, as <c>Suite.Test</c>.</summary>
    public static IReadOnlyList<string> ParseList(string list, string family)
    {
        string prefix = family + ".";
        return [.. Lines(list)
            .Where(line => line.StartsWith(prefix, StringComparison.Ordinal))
            .Select(line => line[prefix.Length..].Trim())
            .Where(name => name.Contains('.', StringComparison.Ordinal))];
    }

    /// <summary>Reads a run. A planned test that left no verdict did not run.</summary>
    /// <param name="output">Everything the program printed, however much there was.</param>
    /// <param name="planned">The tests that should have run, as <c>Suite.Test</c>.</param>
    public static TestCuRun Parse(string output, IEnumerable<string> planned)
    {
        var reader = new Reader();
        foreach (string line in Lines(output))
            reader.Read(line);
        reader.EndTest();

        Dictionary<string, TestCuCase> begun = reader.Cases
            .GroupBy(c => c.FullName, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last(), StringComparer.Ordinal);
        var cases = new List<TestCuCase>();
        foreach (string name in planned)
            cases.Add(begun.Remove(name, out TestCuCase? found) ? found : NeverBegun(name));
        cases.AddRange(reader.Cases.Where(c => begun.Remove(c.FullName)));
        return new TestCuRun(cases, reader.Summary);
    }

    private static TestCuCase NeverBegun(string fullName)
    {
        int dot = fullName.IndexOf('.', StringComparison.Ordinal);
        return new TestCuCase(fullName[..Math.Max(dot, 0)], fullName[(dot + 1)..], TestCuVerdict.DidNotRun, [], string.Empty);
    }

    private static IEnumerable<string> Lines(string text)
    {
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private sealed class Reader
    {
        private readonly List<string> _reasons = [];
        private readonly StringBuilder _output = new();
        private string _suite = string.Empty;
        private string? _test;
        private bool _inSummary;
        private TestCuVerdict _verdict = TestCuVerdict.DidNotRun;

        public List<TestCuCase> Cases { get; } = [];

        public TestCuSummary? Summary { get; private set; }

        public void Read(string line)
        {
            if (line.StartsWith(SuiteMark, StringComparison.Ordinal))
            {
                EndTest();
                _suite = line[SuiteMark.Length..].Trim();
            }
            else if (line.StartsWith(TestMark, StringComparison.Ordinal) && line.Contains(NameEnd, StringComparison.Ordinal))
            {
                EndTest();
                int end = line.IndexOf(NameEnd, StringComparison.Ordinal);
                _test = line[TestMark.Length..Math.Max(end, TestMark.Length)].Trim();
                ReadOutput(line[(end + NameEnd.Length)..]);
            }
            else if (line.StartsWith(SummaryMark, StringComparison.Ordinal))
            {
                EndTest();
                _inSummary = true;
            }
            else if (_inSummary)
            {
                ReadSummary(line);
            }
            else if (_test is not null)
            {
                ReadOutput(line);
            }
        }

        public void EndTest()
        {
            if (_test is not null)
            {
                TestCuVerdict verdict = _verdict == TestCuVerdict.Passed && _reasons.Count > 0 ? TestCuVerdict.Skipped : _verdict;
                Cases.Add(new TestCuCase(_suite, _test, verdict, [.. _reasons], _output.ToString()));
            }
            _test = null;
            _verdict = TestCuVerdict.DidNotRun;
            _reasons.Clear();
            _output.Clear();
        }

        private void ReadOutput(string line)
        {
            if (line.Length > 0)
                _output.Append(line).Append('\n');
            if (_verdict != TestCuVerdict.DidNotRun)
                return;
            if (IsVerdict(line, "passed"))
                _verdict = TestCuVerdict.Passed;
            else if (IsVerdict(line, "FAILED"))
                _verdict = TestCuVerdict.Failed;
            else if (line.IndexOf(SkippedMark, StringComparison.Ordinal) is var mark and >= 0)
                _reasons.Add(line[(mark + SkippedMark.Length)..].Trim());
        }

        // CUnit prints the word right behind "..." or at the start of a line; what the clean-up has to say may follow it.
        private static bool IsVerdict(string line, string word) =>
            line.StartsWith(word, StringComparison.Ordinal) && (line.Length == word.Length || char.IsWhiteSpace(line[word.Length]));

        private void ReadSummary(string line)
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 5 || fields[0] != "tests")
                return;
            var counts = new int[4];
            for (int i = 0; i < counts.Length; i++)
            {
                if (!int.TryParse(fields[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out counts[i]))
                    return;
            }
            Summary = new TestCuSummary(counts[0], counts[1], counts[2], counts[3]);
        }
    }
}
