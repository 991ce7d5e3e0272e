using System;
using NUnit.Framework;
using Scst.Iscsi.Driver;

namespace Scst.Iscsi.Tests.Driver;

public class SilenceLimitsTests
{
    // In milliseconds; a time is as many looks as cover it, and never none.
    [TestCase(15000, 300000, 15000, 15000, 1, 20, 1)]
    [TestCase(20000, 75000, 5000, 5000, 4, 15, 1)]
    [TestCase(5000, 5000, 20000, 5000, 1, 1, 4)]
    [TestCase(21000, 76000, 5000, 5000, 5, 16, 1)]
    [TestCase(3600000, 1000, 1, 1000, 3600, 3600, 1, Description = "a timeout of next to nothing makes nobody look all the time")]
    [TestCase(1, 3600000, 3600000, 1, 1, 3600000, 3600000)]
    public void Times_are_whole_numbers_of_looks(int interval, int idle, int timeout, int step, int perInterval, int perIdle, int perTimeout)
    {
        var limits = new SilenceLimits(new IscsiDriverOptions
        {
            NopInInterval = TimeSpan.FromMilliseconds(interval),
            IdleNopInInterval = TimeSpan.FromMilliseconds(idle),
            NopInTimeout = TimeSpan.FromMilliseconds(timeout),
        });
        Assert.That(limits.Step, Is.EqualTo(TimeSpan.FromMilliseconds(step)));
        Assert.That(
            (limits.LooksPerInterval, limits.LooksPerIdleInterval, limits.LooksPerTimeout), Is.EqualTo((perInterval, perIdle, perTimeout)));
    }
}
