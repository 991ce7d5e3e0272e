using System;
using System.Linq;
using System.Reflection;
using System.Runtime.Versioning;
using NUnit.Framework;

namespace Scst.Loopback.Tests;

[TestFixture]
internal sealed class BuildTests
{
    [TestCase(typeof(ScsiEngine))]
    [TestCase(typeof(LoopbackDriver))]
    public void The_netstandard_build_is_the_one_that_is_tested(Type type)
    {
        Assembly assembly = type.Assembly;
        Assert.That(assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName, Is.EqualTo(".NETStandard,Version=v2.0"));
        Assert.That(
            assembly.GetReferencedAssemblies().Select(reference => reference.Name),
            Does.Contain("netstandard").And.Not.Contain("System.Runtime"));
    }
}
