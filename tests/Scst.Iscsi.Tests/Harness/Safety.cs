using System;

namespace Scst.Iscsi.Tests.Harness;

/// <summary>What keeps a broken test from hanging; no verdict of a sound one depends on it.</summary>
internal static class Safety
{
    public static TimeSpan Timeout { get; } = TimeSpan.FromMinutes(2);
}
