using System.Collections.Generic;
using System.Linq;

using NUnit.Framework;

namespace Scst.Conformance.Tests.Durability;

[TestFixture]
public class SystemCallTraceTests
{
    private static readonly string[] _trace =
    [
        @"25340 pwrite64(90<\x2f\x77>, ""\xcd\xcd""..., 4096, 0) = 4096",
        @"25340 fdatasync(90<\x2f\x77> <unfinished ...>",
        @"25342 sendmsg(101<\x73>, {msg_name=NULL, msg_iov=[{iov_base=""\x21\x80""..., iov_len=48}], msg_iovlen=1}, MSG_DONTWAIT) = 48",
        @"25340 <... fdatasync resumed>)        = 0",
        @"25341 fdatasync(91<\x2f\x77>) = -1 EIO (Input/output error)",
        @"25343 fsync(92<\x2f\x77> <unfinished ...>",
        @"25342 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER} ---",
        @"25343 <... fsync resumed>)              = ?",
        @"25340 +++ exited with 0 +++",
    ];

    [Test]
    public void Calls_are_found_with_their_results_and_their_order()
    {
        IReadOnlyList<SystemCall> calls = SystemCallTrace.Parse(_trace);

        Assert.That(calls.Select(call => (call.Name, call.Result, call.Begin, call.End)), Is.EqualTo(new[]
        {
            ("pwrite64", "4096", 0, 0), ("fdatasync", "0", 1, 3), ("sendmsg", "48", 2, 2), ("fdatasync", "-1", 4, 4), ("fsync", "?", 5, 7),
        }));
    }

    [Test]
    public void A_call_that_never_ends_ends_after_all_others()
    {
        IReadOnlyList<SystemCall> calls = SystemCallTrace.Parse([_trace[1], _trace[2]]);

        Assert.That(calls[0].Result, Is.EqualTo("?"));
        Assert.That(calls[0].End, Is.GreaterThan(calls[1].End));
    }

    [Test]
    public void Paths_and_what_is_sent_are_decoded()
    {
        IReadOnlyList<SystemCall> calls = SystemCallTrace.Parse(_trace);

        Assert.That(calls[1].Path, Is.EqualTo("/w"));
        Assert.That(calls[2].Sent, Is.EqualTo(new byte[] { 0x21, 0x80 }));
        Assert.That(calls[1].Sent, Is.Empty);
    }
}
