namespace Scst;

/// <summary>How much memory commands' data may occupy.</summary>
public sealed record DataBufferPoolOptions
{
    /// <summary>
    /// The hard cap in bytes on all buffers, rented and cached together. At the cap a command is refused with
    /// TASK SET FULL or BUSY; the process never grows beyond it. At least 1 MiB; 256 MiB by default.
    /// </summary>
    public long MaxBytes { get; init; } = 256L << 20;
}
