using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using NUnit.Framework;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>Text segments written as "Key=Value" strings.</summary>
internal static class Text
{
    public static byte[] Encode(params string[] pairs) => Encoding.UTF8.GetBytes(string.Concat(pairs.Select(p => p + "\0")));

    public static List<string> Decode(ReadOnlySpan<byte> text)
    {
        var pairs = new List<string>();
        var reader = new TextKeyReader(text);
        while (reader.TryRead(out var key, out var value))
            pairs.Add(Encoding.UTF8.GetString(key) + "=" + Encoding.UTF8.GetString(value));
        Assert.That(reader.Fault, Is.EqualTo(TextFault.None));
        return pairs;
    }
}
