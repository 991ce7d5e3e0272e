using System;

namespace Scst.Conformance.Tests.Harness;

/// <summary>What a finished process left behind.</summary>
/// <param name="CommandLine">The command as a person would type it.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="StandardOutput">All it wrote to standard output.</param>
/// <param name="StandardError">All it wrote to standard error.</param>
/// <param name="Duration">How long it ran; reported, never judged.</param>
internal sealed record ProcessResult(string CommandLine, int ExitCode, string StandardOutput, string StandardError, TimeSpan Duration)
{
    /// <summary>The whole story, for the message of a failed assertion.</summary>
    public override string ToString() =>
        $"$ {CommandLine}\nexit code {ExitCode}\n--- stdout ---\n{StandardOutput}\n--- stderr ---\n{StandardError}";
}
