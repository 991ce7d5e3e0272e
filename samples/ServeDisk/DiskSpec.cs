using System.Globalization;
using Microsoft.Extensions.Logging;
using Scst.VDisk;

namespace ServeDisk;

/// <summary>One <c>--disk</c> argument: what holds the bytes, and how the disk presents them.</summary>
internal sealed record DiskSpec(string Name, string Kind, string Value)
{
    internal const string Syntax = "file=PATH[,size=1GiB] or device=/dev/X, with [,direct[,uring=on|off]][,zerocopy=on|off], or ram=256MiB or null=1TiB; then [,block=4096][,thin][,readonly][,writethrough]";

    internal DiskOptions Options { get; init; } = new();

    internal FileStoreOptions Backing { get; init; } = new();

    internal static DiskSpec Parse(string text)
    {
        string[] parts = text.Split(',');
        DiskSpec spec = parts[0].Split('=', 2) switch
        {
            [("file" or "device") and var kind, { Length: > 0 } path] => new DiskSpec(parts[0], kind, path),
            [("ram" or "null") and var kind, var size] => new DiskSpec(parts[0], kind, size) { Backing = new() { Size = ParseSize(size) } },
            _ => throw new FormatException($"'{text}' is not a disk. Expected: {Syntax}"),
        };
        foreach (string part in parts.Skip(1))
        {
            spec = part.Split('=', 2) switch
            {
                ["size", { } size] when spec.Kind == "file" => spec with { Backing = spec.Backing with { Size = ParseSize(size) } },
                ["direct"] when spec.Kind is "file" or "device" => spec with { Backing = spec.Backing with { Direct = true } },
                ["uring", "on" or "off"] when spec.Kind is "file" or "device" => spec with { Backing = spec.Backing with { IoUring = part == "uring=on" } },
                ["zerocopy", "on" or "off"] when spec.Kind is "file" or "device" => spec with { Backing = spec.Backing with { ZeroCopy = part == "zerocopy=on" } },
                ["block", "512" or "4096"] => spec with { Options = spec.Options with { BlockLength = part == "block=512" ? 512 : 4096 } },
                ["thin"] => spec with { Options = spec.Options with { Thin = true } },
                ["readonly"] => spec with { Options = spec.Options with { ReadOnly = true }, Backing = spec.Backing with { ReadOnly = true } },
                ["writethrough"] => spec with { Options = spec.Options with { WriteThrough = true }, Backing = spec.Backing with { WriteThrough = true } },
                _ => throw new FormatException($"'{part}' in '{text}' is not known. Expected: {Syntax}"),
            };
        }
        return spec.Backing is { IoUring: true, Direct: false } ? throw new FormatException($"'uring=on' in '{text}' is of use with 'direct' only.") : spec;
    }

    /// <summary>Opens the store and puts the disk device server on top of it.</summary>
    internal DiskHandler Open(ILoggerFactory loggers) => new(Kind switch
    {
        "file" => FileStore.Open(Value, Backing with { LoggerFactory = loggers }),
        "device" => FileStore.OpenDevice(Value, Backing with { LoggerFactory = loggers }),
        "ram" => new RamStore(Backing.Size!.Value),
        _ => new NullStore(Backing.Size!.Value),
    }, Options with { LoggerFactory = loggers });

    private static long ParseSize(string text)
    {
        string digits = text.TrimEnd("KMGTiB".ToCharArray());
        int unit = Array.IndexOf(["", "KiB", "MiB", "GiB", "TiB"], text[digits.Length..]);
        bool isNumber = long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count);
        bool fits = isNumber && unit >= 0 && count > 0 && count <= long.MaxValue >> (10 * unit);
        return fits ? count << (10 * unit) : throw new FormatException($"'{text}' is not a size such as 512MiB or 1GiB.");
    }
}
