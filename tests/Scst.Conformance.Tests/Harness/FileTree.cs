using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace Scst.Conformance.Tests.Harness;

/// <summary>A directory as people have them: many small files, a few large ones, deep folders, odd names, and real documents.</summary>
internal static class FileTree
{
    private const int RealBytesAtMost = 48 << 20;

    /// <summary>Fills <paramref name="root"/>. What is generated is the same every time.</summary>
    public static void Create(string root)
    {
        var random = new Random(20260122);
        for (int i = 0; i < 600; i++)
        {
            string folder = Folder(root, random, i);
            Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"file-{i:D4}.bin")), random, random.Next(6000));
        }
        string large = Directory.CreateDirectory(Path.Combine(root, "large")).FullName;
        foreach (int mebibytes in new[] { 1, 3, 7, 16 })
            Write(Path.Combine(large, string.Create(CultureInfo.InvariantCulture, $"{mebibytes}.bin")), random, (mebibytes << 20) + random.Next(512));
        File.WriteAllText(Path.Combine(large, "repeating.txt"), new string('x', 8 << 20), Encoding.ASCII);
        using (FileStream sparse = File.Create(Path.Combine(large, "sparse.bin")))
            sparse.SetLength(40 << 20);
        string odd = Directory.CreateDirectory(Path.Combine(root, "odd names")).FullName;
        File.WriteAllText(Path.Combine(odd, "Größe – 大小 – حجم.txt"), "a name that is not ASCII\n");
        File.WriteAllText(Path.Combine(odd, new string('n', 250)), "a long name\n");
        File.WriteAllBytes(Path.Combine(odd, "empty"), []);
        Directory.CreateDirectory(Path.Combine(odd, "empty folder"));
        File.CreateSymbolicLink(Path.Combine(odd, "link"), "../large/7.bin");
        CopyReal(Path.Combine(root, "real"));
    }

    private static string Folder(string root, Random random, int number)
    {
        string path = Path.Combine(root, "tree");
        for (int depth = number % 7; depth > 0; depth--)
            path = Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"d{random.Next(4)}"));
        return Directory.CreateDirectory(path).FullName;
    }

    private static void Write(string path, Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        File.WriteAllBytes(path, bytes);
    }

    // Documents that every machine with these tools has: other contents than random ones, and other sizes.
    private static void CopyReal(string destination)
    {
        Directory.CreateDirectory(destination);
        string? dotnet = Path.GetDirectoryName(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"));
        IEnumerable<string> sources = new[] { dotnet, "/usr/share/doc", "/usr/share/common-licenses" }
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder!, "*", new EnumerationOptions
            {
                RecurseSubdirectories = folder != dotnet,
                IgnoreInaccessible = true,
                AttributesToSkip = FileAttributes.ReparsePoint,
            }));
        long left = RealBytesAtMost;
        int number = 0;
        foreach (string source in sources)
        {
            long length = new FileInfo(source).Length;
            if (length > left)
                break;
            left -= length;
            File.Copy(source, Path.Combine(destination, string.Create(CultureInfo.InvariantCulture, $"{number++:D5}-{Path.GetFileName(source)}")));
        }
    }
}
