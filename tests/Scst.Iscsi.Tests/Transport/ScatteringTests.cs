using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Tests.Harness;
using Scst.Iscsi.Transport;

namespace Scst.Iscsi.Tests.Transport;

/// <summary>Receives to several places.</summary>
[TestFixture(false)]
[TestFixture(true)]
public class ScatteringTests : ReceivingFixture
{
    public ScatteringTests(bool isPortable)
        : base(isPortable)
    {
    }

    [Test]
    public async Task Places_are_filled_in_order([Range(0, 19)] int seed)
    {
        var random = new Random(seed);
        byte[] bytes = Pattern(1 << 20, seed);
        Task send = SendAsync(bytes, seed);
        var received = new List<byte>();
        var vector = new ReceiveVector();
        while (received.Count < bytes.Length)
        {
            byte[][] places = [.. Enumerable.Range(0, random.Next(1, ReceiveVector.Capacity + 1)).Select(_ => new byte[random.Next(1, 9000)])];
            foreach (byte[] place in places)
                vector.Add(place);
            Assert.That(vector.Length, Is.EqualTo(places.Sum(place => place.Length)));
            int count = await ReceiveAsync(vector);
            Assert.That(count, Is.Positive);
            received.AddRange(places.SelectMany(place => place).Take(count));
            vector.Clear();
        }

        await send.WaitAsync(Safety.Timeout);
        Assert.That(received.ToArray().AsSpan().SequenceEqual(bytes), Is.True);
    }
}
