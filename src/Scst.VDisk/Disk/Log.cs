using System;
using Microsoft.Extensions.Logging;

namespace Scst.VDisk;

/// <summary>The log messages of disks. Event ids are stable; the highest in use is 204.</summary>
internal static partial class Log
{
    internal const string Category = "Scst.VDisk";

    [LoggerMessage(201, LogLevel.Error, "Store of {Disk} threw", EventName = "StoreThrew")]
    internal static partial void StoreThrew(this ILogger logger, Exception exception, string disk);

    [LoggerMessage(202, LogLevel.Error, "Flush of {Disk} failed: {Status}", EventName = "FlushFailed")]
    internal static partial void FlushFailed(this ILogger logger, string disk, StoreStatus status);

    [LoggerMessage(
        203, LogLevel.Warning, "The system refuses io_uring for {Path}: {Reason} (error {Error}); threads read and write instead",
        EventName = "RingRefused")]
    internal static partial void RingRefused(this ILogger logger, string path, string reason, int error);

    [LoggerMessage(204, LogLevel.Error, "A command of {Disk} that had waited for its blocks failed", EventName = "CommandFailed")]
    internal static partial void CommandFailed(this ILogger logger, Exception exception, string disk);
}
