using NUnit.Framework;
using Scst.Testing;

namespace Scst.Tests;

[TestFixture]
internal sealed class PublicApiTests
{
    [Test]
    public void The_public_surface_is_what_was_agreed_on() =>
        PublicApiApproval.Verify(typeof(ScsiEngine).Assembly, typeof(PublicApiTests).Assembly);
}
