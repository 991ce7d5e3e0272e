using NUnit.Framework;
using Scst.Testing;

namespace Scst.Iscsi.Tests;

public class PublicApiTests
{
    [Test]
    public void The_public_surface_is_what_was_agreed_on() => PublicApiApproval.Verify(typeof(IscsiTargetDriver).Assembly, typeof(PublicApiTests).Assembly);
}
