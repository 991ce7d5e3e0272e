using System;
using System.Globalization;
using System.Linq;
using Microsoft.Extensions.Logging;
using Scst.VDisk;

namespace ServeDisk;

/// <summary>One <c>--disk</c> argument: what holds the bytes, and how the disk presents them.</summary>
internal sealed record DiskSpec(string Kind, string Value, long? Size, int BlockLength, bool ReadOnly, bool WriteThrough)
{
    internal const string Syntax = "file=PATH[,size=1GiB] | ram=256MiB | null=1TiB, then [,block=4096][,readonly][,writethrough]";

    internal string Name => $"{Kind}={Value}";

    internal static DiskSpec Parse(string text)
    {
        string[] parts = text.Split(',');
        string[] first = parts[0].Split('=', 2);
        if (first.Length != 2 || first[1].Length == 0 || first[0] is not ("file" or "ram" or "null"))
            throw new FormatException($"'{text}' is not a disk. Expected: {Syntax}");
        var spec = new DiskSpec(first[0], first[1], null, 512, false, false);
        if (spec.Kind != "file")
            spec = spec with { Size = ParseSize(spec.Value) };
        foreach (string part in parts.Skip(1))
        {
            spec = part.Split('=', 2) switch
            {
                ["size", { } size] when spec.Kind == "file" => spec with { Size = ParseSize(size) },
                ["block", "512" or "4096"] => spec with { BlockLength = int.Parse(part.AsSpan(6), CultureInfo.InvariantCulture) },
                ["readonly"] => spec with { ReadOnly = true },
                ["writethrough"] => spec with { WriteThrough = true },
                _ => throw new FormatException($"'{part}' in '{text}' is not known. Expected: {Syntax}"),
            };
        }
        return spec;
    }

    /// <summary>Opens the store and puts the disk device server on top of it.</summary>
    internal DiskHandler Open(ILoggerFactory loggers)
    {
        IBlockStore store = Kind switch
        {
            "file" => FileStore.Open(Value, new FileStoreOptions { Size = Size, ReadOnly = ReadOnly, WriteThrough = WriteThrough }),
            "ram" => new RamStore(Size!.Value),
            _ => new NullStore(Size!.Value),
        };
        var options = new DiskOptions { BlockLength = BlockLength, ReadOnly = ReadOnly, WriteThrough = WriteThrough, LoggerFactory = loggers };
        return new DiskHandler(store, options);
    }

    private static long ParseSize(string text)
    {
        string[] units = ["", "KiB", "MiB", "GiB", "TiB"];
        string digits = text.TrimEnd("KMGTiB".ToCharArray());
        int unit = Array.IndexOf(units, text[digits.Length..]);
        if (unit < 0 || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            || count == 0 || count > long.MaxValue >> (10 * unit))
            throw new FormatException($"'{text}' is not a size such as 512MiB or 1GiB.");
        return count << (10 * unit);
    }
}
