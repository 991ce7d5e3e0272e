using System;
using System.Buffers.Binary;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Scst.VDisk.Tests;

/// <summary>What has been answered as durable is on the medium at that moment, whatever runs beside it.</summary>
[TestFixture]
public sealed class FileStoreDurabilityTests
{
    private const int Workers = 6;
    private const int Rounds = 150;

    [Test]
    public async Task What_was_forced_or_flushed_survives_a_power_loss_at_any_later_moment()
    {
        int flushes = 0, forced = 0;
        for (int seed = 1; seed <= 3; seed++)
        {
            FakeFileIo io = new(Workers * 512);
            Random yields = new(seed);
            io.During = (_, _) =>
            {
                int turns;
                lock (yields) turns = yields.Next(4);
                for (int i = 0; i < turns; i++) Thread.Yield();
            };
            await using FileStore store = FileStore.Over(io, Workers * 512, new FileStoreOptions());
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
            {
                Random random = new((seed * 100) + worker);
                byte[] block = new byte[512];
                for (int version = 1; version <= Rounds; version++)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(block, version);
                    bool isForced = random.Next(3) != 0;
                    StoreWriteOptions options = isForced ? StoreWriteOptions.ForceUnitAccess : StoreWriteOptions.None;
                    Assert.That(await store.WriteAsync(worker * 512, block, options), Is.EqualTo(StoreStatus.Ok));
                    if (isForced) Interlocked.Increment(ref forced);
                    else if (random.Next(2) == 0) continue;
                    else Assert.That(await store.FlushAsync(), Is.EqualTo(StoreStatus.Ok));

                    int found = BinaryPrimitives.ReadInt32LittleEndian(io.Medium.AsSpan(worker * 512));
                    Assert.That(found, Is.EqualTo(version), $"worker {worker}, forced {isForced}, seed {seed}");
                }
            })));
            flushes += io.Flushes;
        }

        await TestContext.Out.WriteLineAsync($"{forced} forced writes in {flushes} flushes");
    }
}
