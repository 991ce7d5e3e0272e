using System;
using Microsoft.Extensions.Logging;

namespace Scst.VDisk;

/// <summary>The log messages of disks. Event ids are stable; the highest in use is 202.</summary>
internal static partial class Log
{
    [LoggerMessage(201, LogLevel.Error, "Store of {Disk} threw", EventName = "StoreThrew")]
    internal static partial void StoreThrew(this ILogger logger, Exception exception, string disk);

    [LoggerMessage(202, LogLevel.Error, "Flush of {Disk} failed: {Status}", EventName = "FlushFailed")]
    internal static partial void FlushFailed(this ILogger logger, string disk, StoreStatus status);
}
