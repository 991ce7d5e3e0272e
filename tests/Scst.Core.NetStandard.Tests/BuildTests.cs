using System;
using System.Linq;
using System.Reflection;
using System.Runtime.Versioning;
using NUnit.Framework;
using Scst.Loopback;

namespace Scst.Tests;

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

    // .NET Framework has no pinned object heap; whoever needs an address pins for the length of the call.
    [Test]
    public void Its_buffers_are_ordinary_arrays()
    {
        var pool = new DataBufferPool();
        DataBuffer buffer = pool.TryRent(100)!;
        Assert.That(GC.GetGeneration(buffer.Array), Is.Not.EqualTo(int.MaxValue));
        Assert.That(
            typeof(DataBufferPool).Assembly.GetReferencedAssemblies().Select(reference => reference.Name),
            Does.Contain("System.Memory"));
        pool.Return(buffer);
    }
}
