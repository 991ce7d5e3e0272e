using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Transport.Linux;

namespace Scst.Iscsi.Tests.Transport;

/// <summary>No event is lost between a call that would block and the wait for it.</summary>
public class ReadinessTests
{
    [Test]
    public void An_event_before_the_wait_is_kept()
    {
        var readiness = default(Readiness);
        Assert.That(readiness.Signal(), Is.False, "nobody waited");
        Assert.That(readiness.TryWait(), Is.False, "try again");
        Assert.That(readiness.TryWait(), Is.True, "nothing has come since");
        Assert.That(readiness.Signal(), Is.True, "somebody waited");
        Assert.That(readiness.Signal(), Is.False);
        Assert.That(readiness.TryWait(), Is.False);
    }

    [Test]
    public void After_the_end_nobody_waits([Values] bool waits, [Values] bool signaled)
    {
        var readiness = default(Readiness);
        if (signaled)
            readiness.Signal();
        bool waiting = waits && readiness.TryWait();
        Assert.That(readiness.Close(), Is.EqualTo(waiting));
        Assert.That(readiness.Close(), Is.False, "one ends the wait");
        Assert.That(readiness.IsClosed, Is.True);
        Assert.That(readiness.Signal(), Is.False);
        Assert.That(readiness.TryWait(), Is.False);
    }

    [Test]
    public async Task Two_threads_lose_nothing()
    {
        const int items = 200_000;
        var readiness = default(Readiness);
        using var wake = new SemaphoreSlim(0);
        int produced = 0;
        Task producer = Task.Run(() =>
        {
            for (int i = 0; i < items; i++)
            {
                Interlocked.Increment(ref produced);
                if (readiness.Signal())
                    wake.Release();
            }
        });
        for (int consumed = 0; consumed < items;)
        {
            if (consumed < Volatile.Read(ref produced))
                consumed++;
            else if (readiness.TryWait())
                Assert.That(await wake.WaitAsync(Safety.Timeout), Is.True, $"a wake-up was lost after {consumed} items");
        }
        await producer.WaitAsync(Safety.Timeout);
    }
}
