using NUnit.Framework;
using Scst.Testing;

namespace Scst.Loopback.Tests;

[TestFixture]
internal sealed class PublicApiTests
{
    [Test]
    public void The_public_surface_is_what_was_agreed_on() =>
        PublicApiApproval.Verify(typeof(LoopbackDriver).Assembly, typeof(PublicApiTests).Assembly);
}
