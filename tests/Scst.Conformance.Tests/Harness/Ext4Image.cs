using System.Globalization;
using System.IO;
using System.Threading.Tasks;

namespace Scst.Conformance.Tests.Harness;

/// <summary>A file system image full of files.</summary>
internal static class Ext4Image
{
    public const int Bytes = 256 << 20;

    /// <summary>Makes an ext4 image of <see cref="Bytes"/> bytes at <paramref name="path"/> and has it checked.</summary>
    public static async Task CreateAsync(string path)
    {
        string tree = path + ".tree";
        Directory.CreateDirectory(tree);
        FileTree.Create(tree);
        await ProcessRunner.CheckAsync(
            Tool.MkfsExt4, "-q", "-F", "-U", "5c57d15c-0000-4000-8000-000000000001", "-E", "hash_seed=5c57d15c-0000-4000-8000-000000000002",
            "-d", tree, path, string.Create(CultureInfo.InvariantCulture, $"{Bytes >> 20}M"));
        Directory.Delete(tree, recursive: true);
        await CheckAsync(path);
    }

    /// <summary>Demands that the file system is in order. Nothing is changed.</summary>
    public static Task CheckAsync(string path) => ProcessRunner.CheckAsync(Tool.E2fsck, "-f", "-n", path);
}
