using System.Collections.Generic;

namespace Scst.Conformance.Tests.TestCu;

/// <summary>One test of iscsi-test-cu and how it ended.</summary>
/// <param name="Suite">Its suite, such as <c>Read10</c>.</param>
/// <param name="Name">Its name within the suite, such as <c>BeyondEol</c>.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="SkipReasons">Why it was skipped; a test may give more than one reason, or the same one twice.</param>
/// <param name="Output">All that it printed.</param>
internal sealed record TestCuCase(
    string Suite, string Name, TestCuVerdict Verdict, IReadOnlyList<string> SkipReasons, string Output)
{
    /// <summary>Suite and name, as <c>iscsi-test-cu --list</c> has them after the family.</summary>
    public string FullName => $"{Suite}.{Name}";
}
