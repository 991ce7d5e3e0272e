using System;
using System.Collections.Generic;
using System.Text;

namespace Scst.Conformance.Tests.Durability;

/// <summary>One system call of a traced process.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">All between the parentheses, as strace writes it with <c>-xx -y</c>.</param>
/// <param name="Result">What it returned, as text; <c>?</c> if it never did.</param>
/// <param name="Begin">The line of the trace in which it begins.</param>
/// <param name="End">The line in which it ends; after all others if it never did.</param>
internal sealed record SystemCall(string Name, string Arguments, string Result, int Begin, int End)
{
    /// <summary>The path of the file that the first argument is open on.</summary>
    public string Path
    {
        get
        {
            int start = Arguments.IndexOf('<', StringComparison.Ordinal);
            int end = Arguments.IndexOf('>', StringComparison.Ordinal);
            return start < 0 || end < start ? string.Empty : Encoding.UTF8.GetString(Decode(Arguments.AsSpan(start + 1, end - start - 1)));
        }
    }

    /// <summary>The first bytes that a call sends from its first vector.</summary>
    public byte[] Sent
    {
        get
        {
            const string mark = "iov_base=\"";
            int start = Arguments.IndexOf(mark, StringComparison.Ordinal);
            if (start < 0)
                return [];
            ReadOnlySpan<char> rest = Arguments.AsSpan(start + mark.Length);
            int end = rest.IndexOf('"');
            return Decode(end < 0 ? rest : rest[..end]);
        }
    }

    private static byte[] Decode(ReadOnlySpan<char> text)
    {
        var bytes = new List<byte>();
        for (; text.Length >= 4 && text.StartsWith("\\x", StringComparison.Ordinal); text = text[4..])
            bytes.Add(Convert.FromHexString(text.Slice(2, 2))[0]);
        return [.. bytes];
    }
}
