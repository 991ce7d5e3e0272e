using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>One command of a generated history of a thin disk.</summary>
internal sealed record ThinStep(ThinStepKind Kind, int First, int Blocks, int Seed)
{
    internal static Arbitrary<ThinStep[]> Scripts(int diskBlocks)
    {
        Gen<ThinStep> steps =
            from kind in Gen.Elements(Enum.GetValues<ThinStepKind>())
            from first in Gen.Choose(0, diskBlocks - 1)
            from blocks in Gen.Frequency(
                (3, Gen.Choose(1, Math.Min(16, diskBlocks - first))),
                (2, Gen.Choose(1, diskBlocks - first)),
                (1, Gen.Constant(diskBlocks - first)))
            from seed in Gen.Choose(0, int.MaxValue)
            select new ThinStep(kind, first, blocks, seed);
        return steps.ArrayOf().ToArbitrary();
    }

    internal async Task PlayAsync(TestDisk disk, ThinModel model)
    {
        ulong first = (ulong)First;
        uint blocks = (uint)Blocks;
        byte[] data = new byte[Blocks * disk.BlockLength];
        byte[] block = new byte[disk.BlockLength];
        new Random(Seed).NextBytes(block);
        switch (Kind)
        {
            case ThinStepKind.Write:
                new Random(Seed).NextBytes(data);
                await disk.GoodAsync(Cdb.Write(16, first, blocks, (Seed & 1) != 0 ? Cdb.Fua : (byte)0), dataOut: data);
                model.Write(First, data);
                break;
            case ThinStepKind.WriteSame:
            case ThinStepKind.WriteSameUnmapOfData:
                byte unmaps = Kind == ThinStepKind.WriteSame ? (byte)0 : Cdb.UnmapBit;
                await disk.GoodAsync(Cdb.WriteSame(Length(10), first, blocks, unmaps), dataOut: block);
                model.Fill(First, Blocks, block);
                break;
            case ThinStepKind.WriteSameOfZeros:
                await disk.GoodAsync(Cdb.WriteSame(Length(16), first, blocks, Cdb.NoDataOut));
                model.Fill(First, Blocks, new byte[disk.BlockLength]);
                break;
            case ThinStepKind.WriteSameUnmap:
                await disk.GoodAsync(Cdb.WriteSame(Length(10), first, blocks, Cdb.UnmapBit), dataOut: new byte[disk.BlockLength]);
                model.Unmap(First, Blocks);
                break;
            case ThinStepKind.Unmap:
                int half = Blocks / 2;
                byte[] list = Cdb.UnmapList((first + (ulong)half, (uint)(Blocks - half)), (0, 0), (first, (uint)half));
                await disk.GoodAsync(Cdb.Unmap(list.Length), dataOut: list);
                model.Unmap(First, half);
                model.Unmap(First + half, Blocks - half);
                break;
            case ThinStepKind.Read:
                await disk.GoodAsync(Cdb.Read(16, first, blocks), dataIn: data);
                model.CheckBytes(First, data, ToString());
                break;
            default:
                List<LbaStatusDescriptor> descriptors = await LbaStatusTests.StatusAsync(disk, first, Length(16) == 16 ? 16 : 32);
                Assert.That(descriptors[^1].Lba + descriptors[^1].Blocks, Is.EqualTo(disk.Handler.BlockCount), "all of the medium");
                ulong next = first;
                foreach (LbaStatusDescriptor descriptor in descriptors)
                {
                    Assert.That(descriptor.Lba, Is.EqualTo(next), "each begins where the one before ends");
                    Assert.That(descriptor.Blocks, Is.Positive);
                    next += descriptor.Blocks;
                    model.CheckStatus(descriptor, ToString());
                }
                break;
        }
    }

    /// <summary>One of the lengths that the command has from the least one on.</summary>
    private int Length(int least) => new[] { 10, 16, 32 }.Where(length => length >= least).ElementAt(Seed % (least == 10 ? 3 : 2));
}
