using System.Globalization;
using Microsoft.Extensions.Logging;
using Scst.VDisk;

namespace ServeDisk;

/// <summary>One <c>--disk</c> argument: what holds the bytes, and how the disk presents them.</summary>
internal sealed record DiskSpec(string Kind, string Value, long? Size, bool ZeroCopy = true)
{
    internal const string Syntax = "file=PATH[,size=1GiB][,zerocopy=on|off] | ram=256MiB | null=1TiB, then [,block=4096][,readonly][,writethrough]";

    internal DiskOptions Options { get; init; } = new();

    internal string Name => $"{Kind}={Value}";

    internal static DiskSpec Parse(string text)
    {
        string[] parts = text.Split(',');
        DiskSpec spec = parts[0].Split('=', 2) switch
        {
            ["file", { Length: > 0 } path] => new DiskSpec("file", path, null),
            [("ram" or "null") and var kind, var size] => new DiskSpec(kind, size, ParseSize(size)),
            _ => throw new FormatException($"'{text}' is not a disk. Expected: {Syntax}"),
        };
        foreach (string part in parts.Skip(1))
        {
            spec = part.Split('=', 2) switch
            {
                ["size", { } size] when spec.Kind == "file" => spec with { Size = ParseSize(size) },
                ["zerocopy", "on" or "off"] when spec.Kind == "file" => spec with { ZeroCopy = part == "zerocopy=on" },
                ["block", "512" or "4096"] => spec with { Options = spec.Options with { BlockLength = part == "block=512" ? 512 : 4096 } },
                ["readonly"] => spec with { Options = spec.Options with { ReadOnly = true } },
                ["writethrough"] => spec with { Options = spec.Options with { WriteThrough = true } },
                _ => throw new FormatException($"'{part}' in '{text}' is not known. Expected: {Syntax}"),
            };
        }
        return spec;
    }

    /// <summary>Opens the store and puts the disk device server on top of it.</summary>
    internal DiskHandler Open(ILoggerFactory loggers)
    {
        var file = new FileStoreOptions { Size = Size, ReadOnly = Options.ReadOnly, WriteThrough = Options.WriteThrough, ZeroCopy = ZeroCopy };
        return new DiskHandler(Kind switch
        {
            "file" => FileStore.Open(Value, file),
            "ram" => new RamStore(Size!.Value),
            _ => new NullStore(Size!.Value),
        }, Options with { LoggerFactory = loggers });
    }

    private static long ParseSize(string text)
    {
        string digits = text.TrimEnd("KMGTiB".ToCharArray());
        int unit = Array.IndexOf(["", "KiB", "MiB", "GiB", "TiB"], text[digits.Length..]);
        bool isNumber = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count);
        bool fits = isNumber && unit >= 0 && count > 0 && count <= long.MaxValue >> (10 * unit);
        return fits ? count << (10 * unit) : throw new FormatException($"'{text}' is not a size such as 512MiB or 1GiB.");
    }
}
