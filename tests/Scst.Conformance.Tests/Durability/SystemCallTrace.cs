using System;
using System.Collections.Generic;

namespace Scst.Conformance.Tests.Durability;

/// <summary>
/// Reads what <c>strace -f -o</c> wrote. A call that another thread interrupts stands in two lines. The tracer sees a call end
/// before its thread goes on, so what follows from a call's result comes later in the trace.
/// </summary>
internal static class SystemCallTrace
{
    private const string Unfinished = " <unfinished ...>";
    private const string Resumed = " resumed>";

    /// <summary>The calls in the order in which they began.</summary>
    public static IReadOnlyList<SystemCall> Parse(IReadOnlyList<string> lines)
    {
        var calls = new List<SystemCall>();
        var pending = new Dictionary<string, int>();
        for (int i = 0; i < lines.Count; i++)
        {
            int space = lines[i].IndexOf(' ', StringComparison.Ordinal);
            if (space < 0)
                continue;
            string thread = lines[i][..space];
            string text = lines[i][space..].Trim();
            if (text.StartsWith("<... ", StringComparison.Ordinal) && text.IndexOf(Resumed, StringComparison.Ordinal) is > 0 and var end)
            {
                if (pending.Remove(thread, out int index))
                    calls[index] = Finish(calls[index], calls[index].Arguments + text[(end + Resumed.Length)..], i);
            }
            else if (text.IndexOf('(', StringComparison.Ordinal) is > 0 and var open)
            {
                bool isUnfinished = text.EndsWith(Unfinished, StringComparison.Ordinal);
                string arguments = isUnfinished ? text[(open + 1)..^Unfinished.Length] : text[(open + 1)..];
                var call = new SystemCall(text[..open], arguments, "?", i, int.MaxValue);
                if (isUnfinished)
                    pending[thread] = calls.Count;
                calls.Add(isUnfinished ? call : Finish(call, arguments, i));
            }
        }
        return calls;
    }

    private static SystemCall Finish(SystemCall call, string text, int line)
    {
        int equals = text.LastIndexOf(" = ", StringComparison.Ordinal);
        if (equals < 0)
            return call;
        string result = text[(equals + 3)..];
        int space = result.IndexOf(' ', StringComparison.Ordinal);
        return call with
        {
            Arguments = text[..equals].TrimEnd().TrimEnd(')'),
            Result = space < 0 ? result : result[..space],
            End = line,
        };
    }
}
