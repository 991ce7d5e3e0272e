using System;
using System.Collections.Generic;
using System.Linq;

using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Scst.Conformance.Tests.Harness;

/// <summary>
/// Names the programs that a test cannot do without; the built ServeDisk is always one of them.
/// Where one is missing the test is ignored with the reason, unless <c>SCST_REQUIRE_TOOLS=1</c>: then it fails.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RequiresAttribute : NUnitAttribute, IApplyToTest
{
    private readonly string[] _tools;

    public RequiresAttribute(params string[] tools) => _tools = tools;

    public void ApplyToTest(Test test)
    {
        if (test.RunState is RunState.NotRunnable or RunState.Ignored)
            return;
        string reason = string.Join("; ", Missing());
        if (reason.Length == 0)
            return;
        test.RunState = Environment.GetEnvironmentVariable("SCST_REQUIRE_TOOLS") == "1" ? RunState.NotRunnable : RunState.Ignored;
        test.Properties.Set(PropertyNames.SkipReason, reason);
    }

    private IEnumerable<string> Missing()
    {
        if (OperatingSystem.IsWindows())
            yield return "the clients and signals used here are those of Unix systems";
        if (ServeDiskProcess.FindAssembly() is null)
            yield return "samples/ServeDisk is not built";
        foreach (string tool in _tools.Append(Tool.Sh).Where(tool => Tool.Find(tool) is null))
            yield return Tool.MissingMessage(tool);
    }
}
