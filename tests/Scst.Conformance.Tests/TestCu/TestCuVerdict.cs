namespace Scst.Conformance.Tests.TestCu;

/// <summary>How one test of iscsi-test-cu ended.</summary>
internal enum TestCuVerdict
{
    /// <summary>It ran and found nothing wrong.</summary>
    Passed,

    /// <summary>It found something wrong.</summary>
    Failed,

    /// <summary>It, or a part of it, found nothing to test; CUnit calls it passed.</summary>
    Skipped,

    /// <summary>It never began, or never came to a verdict.</summary>
    DidNotRun,
}
