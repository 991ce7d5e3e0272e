namespace Scst.Conformance.Tests.TestCu;

/// <summary>CUnit's own count of the tests, the line <c>tests</c> of its run summary. It counts a skipped test as passed.</summary>
internal sealed record TestCuSummary(int Total, int Ran, int Passed, int Failed);
