using System;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>One command of a generated history of a disk.</summary>
internal sealed record DiskStep(DiskStepKind Kind, int CdbLength, int First, int Blocks, bool Fua, int Seed)
{
    internal static Arbitrary<DiskStep[]> Scripts(int diskBlocks)
    {
        Gen<DiskStepKind> kinds = Gen.Frequency(
            (5, Gen.Constant(DiskStepKind.Write)),
            (2, Gen.Constant(DiskStepKind.WriteAndVerify)),
            (5, Gen.Constant(DiskStepKind.Read)),
            (2, Gen.Constant(DiskStepKind.VerifySame)),
            (2, Gen.Constant(DiskStepKind.VerifyOther)),
            (1, Gen.Constant(DiskStepKind.VerifyMedium)),
            (1, Gen.Constant(DiskStepKind.SynchronizeCache)));
        Gen<DiskStep> steps =
            from kind in kinds
            from length in Gen.Elements(10, 12, 16)
            from first in Gen.Choose(0, diskBlocks - 1)
            from blocks in Gen.Frequency(
                (4, Gen.Choose(1, Math.Min(16, diskBlocks - first))),
                (1, Gen.Choose(1, diskBlocks - first)),
                (1, Gen.Constant(diskBlocks - first)))
            from fua in Gen.Elements(true, false)
            from seed in Gen.Choose(0, int.MaxValue)
            select new DiskStep(kind, length, first, blocks, fua, seed);
        return steps.ArrayOf().ToArbitrary();
    }

    internal async Task PlayAsync(TestDisk disk, byte[] model)
    {
        uint blocks = (uint)Blocks;
        ulong first = (ulong)First;
        int start = First * disk.BlockLength;
        byte[] data = new byte[Blocks * disk.BlockLength];
        byte options = Fua ? Cdb.Fua : (byte)0;
        var random = new Random(Seed);
        switch (Kind)
        {
            case DiskStepKind.Write or DiskStepKind.WriteAndVerify:
                random.NextBytes(data);
                byte[] cdb = Kind == DiskStepKind.Write
                    ? Cdb.Write(CdbLength, first, blocks, options)
                    : Cdb.WriteAndVerify(CdbLength, first, blocks, Seed & 1);
                await disk.GoodAsync(cdb, dataOut: data);
                data.CopyTo(model, start);
                break;
            case DiskStepKind.Read:
                await disk.GoodAsync(Cdb.Read(CdbLength, first, blocks, options), dataIn: data);
                Assert.That(data.AsSpan().SequenceEqual(model.AsSpan(start, data.Length)), Is.True, ToString());
                break;
            case DiskStepKind.VerifySame:
                Array.Copy(model, start, data, 0, data.Length);
                await disk.GoodAsync(Cdb.Verify(CdbLength, first, blocks, 1), dataOut: data);
                break;
            case DiskStepKind.VerifyOther:
                Array.Copy(model, start, data, 0, data.Length);
                int where = random.Next(data.Length);
                data[where] ^= (byte)random.Next(1, 256);
                Sense sense = await disk.FailsAsync(SenseKey.Miscompare, 0x1D, 0, Cdb.Verify(CdbLength, first, blocks, 1), dataOut: data);
                Assert.That(sense.Information, Is.EqualTo((ulong)where));
                break;
            case DiskStepKind.VerifyMedium:
                await disk.GoodAsync(Cdb.Verify(CdbLength, first, blocks));
                break;
            default:
                await disk.GoodAsync(Cdb.SynchronizeCache(CdbLength == 12 ? 10 : CdbLength, first, blocks));
                break;
        }
    }
}
