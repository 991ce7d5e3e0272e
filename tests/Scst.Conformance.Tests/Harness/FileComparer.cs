using System;
using System.IO;
using System.Threading.Tasks;

using NUnit.Framework;

namespace Scst.Conformance.Tests.Harness;

/// <summary>Compares files byte by byte.</summary>
internal static class FileComparer
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Fails at the first byte that differs, and if the lengths differ.</summary>
    public static async Task AssertSameAsync(string actualPath, string expectedPath)
    {
        await using FileStream actual = File.OpenRead(actualPath);
        await using FileStream expected = File.OpenRead(expectedPath);
        Assert.That(actual.Length, Is.EqualTo(expected.Length), $"length of {actualPath}");
        var actualBytes = new byte[BufferBytes];
        var expectedBytes = new byte[BufferBytes];
        for (long position = 0; position < expected.Length; position += BufferBytes)
        {
            int count = await expected.ReadAtLeastAsync(expectedBytes, BufferBytes, throwOnEndOfStream: false);
            await actual.ReadExactlyAsync(actualBytes.AsMemory(0, count));
            int same = actualBytes.AsSpan(0, count).CommonPrefixLength(expectedBytes.AsSpan(0, count));
            if (same != count)
                Assert.Fail($"{actualPath} differs from {expectedPath} at byte {position + same}");
        }
    }
}
