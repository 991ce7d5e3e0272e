using System;
using System.Collections.Generic;

namespace Scst.VDisk.Tests;

/// <summary>Addresses that nobody reads: the mapping of a file offset is at that offset, far up.</summary>
internal sealed class FakePages : IPageSource
{
    private const long Base = 1L << 40;

    /// <summary>Addresses that are mapped, with their lengths.</summary>
    internal Dictionary<nint, long> Mapped { get; } = [];

    internal List<long> Looked { get; } = [];

    internal List<long> LookedForWriting { get; } = [];

    internal bool CannotMap { get; set; }

    internal Func<long, PagePresence> Presence { get; set; } = static _ => PagePresence.Present;

    internal static nint At(long offset) => checked((nint)(Base + offset));

    public nint Map(long offset, long length)
    {
        if (CannotMap) return 0;
        nint address = At(offset);
        Mapped.Add(address, length);
        return address;
    }

    public void Unmap(nint address, long length)
    {
        if (!Mapped.Remove(address, out long mapped) || mapped != length)
            throw new InvalidOperationException("What is unmapped was not mapped so.");
    }

    public PagePresence MakePresent(nint address, long offset, int length, bool forWriting)
    {
        if (address != At(offset)) throw new InvalidOperationException("Another page is looked at.");
        (forWriting ? LookedForWriting : Looked).Add(offset);
        return Presence(offset);
    }
}
