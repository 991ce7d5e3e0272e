using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Scst.Conformance.Tests.TestCu;

/// <summary>One run of iscsi-test-cu.</summary>
/// <param name="Cases">Every planned test in its order, then those that ran unplanned.</param>
/// <param name="Summary">CUnit's own count, or null if the run broke off before it was printed.</param>
internal sealed record TestCuRun(IReadOnlyList<TestCuCase> Cases, TestCuSummary? Summary)
{
    public IEnumerable<TestCuCase> With(TestCuVerdict verdict) => Cases.Where(c => c.Verdict == verdict);

    public int Count(TestCuVerdict verdict) => With(verdict).Count();

    /// <summary>The counts, then every skip with its reasons, then all that a person needs to see of the rest.</summary>
    public string Report()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"passed       {Count(TestCuVerdict.Passed),4}");
        text.AppendLine(CultureInfo.InvariantCulture, $"failed       {Count(TestCuVerdict.Failed),4}");
        text.AppendLine(CultureInfo.InvariantCulture, $"skipped      {Count(TestCuVerdict.Skipped),4}");
        text.AppendLine(CultureInfo.InvariantCulture, $"did not run  {Count(TestCuVerdict.DidNotRun),4}");
        text.AppendLine(CultureInfo.InvariantCulture, $"of           {Cases.Count,4}");
        foreach (TestCuCase skipped in With(TestCuVerdict.Skipped))
        {
            string reasons = string.Join(" / ", skipped.SkipReasons.Distinct(StringComparer.Ordinal));
            text.AppendLine(CultureInfo.InvariantCulture, $"skipped {skipped.FullName}: {reasons}");
        }
        foreach (TestCuCase missing in With(TestCuVerdict.DidNotRun))
            text.AppendLine(CultureInfo.InvariantCulture, $"did not run {missing.FullName}{Indent(missing.Output)}");
        foreach (TestCuCase failed in With(TestCuVerdict.Failed))
            text.AppendLine(CultureInfo.InvariantCulture, $"FAILED {failed.FullName}{Indent(failed.Output)}");
        return text.ToString();
    }

    private static string Indent(string output) =>
        string.Concat(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"\n        {line.Trim()}"));
}
