using System;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>Runs a property so that a counterexample fails the test.</summary>
internal static class Properties
{
    public static void Hold<T>(Gen<T> generator, Func<T, bool> property, int count = 500) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(count), Prop.ForAll(generator.ToArbitrary(), property));

    public static void Hold<T>(Gen<T> generator, Func<T, Task<bool>> property, int count = 500) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(count), Prop.ForAll(generator.ToArbitrary(), property));

    public static void Hold<T>(Func<T, bool> property, int count = 500) =>
        Hold(ArbMap.Default.GeneratorFor<T>(), property, count);

    public static Gen<byte[]> Bytes(int maxLength) =>
        Gen.Choose(0, maxLength).SelectMany(length => Gen.Choose(0, 255).Select(v => (byte)v).ArrayOf(length));

    /// <summary>All 32 bits, and often the ends of the range.</summary>
    public static Gen<uint> UInt32() => Gen.Frequency(
        (3, Gen.Choose(int.MinValue, int.MaxValue).Select(v => unchecked((uint)v))),
        (1, Gen.Elements(0u, 1u, 0x7fff_ffffu, 0x8000_0000u, 0x8000_0001u, 0xffff_fffeu, 0xffff_ffffu)));

    public static Gen<ulong> UInt64() => UInt32().SelectMany(high => UInt32().Select(low => ((ulong)high << 32) | low));
}
