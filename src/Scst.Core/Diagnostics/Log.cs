using System;
using Microsoft.Extensions.Logging;
using Scst.Protocol;

namespace Scst.Diagnostics;

/// <summary>The core's log messages. Event ids are stable; the highest in use is 18.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Session opened: {Initiator} at {Target}, group {Group}", EventName = "SessionOpened")]
    internal static partial void SessionOpened(this ILogger logger, string initiator, string target, string group);

    [LoggerMessage(2, LogLevel.Information, "Session ended: {Initiator} at {Target}: {Reason}", EventName = "SessionEnded")]
    internal static partial void SessionEnded(this ILogger logger, string initiator, string target, SessionEndReason reason);

    [LoggerMessage(3, LogLevel.Error, "Handler of {LogicalUnit} failed at {Command}", EventName = "HandlerFailed")]
    internal static partial void HandlerFailed(this ILogger logger, Exception exception, string logicalUnit, string? command);

    [LoggerMessage(4, LogLevel.Error, "Driver {Driver} failed for {Initiator}", EventName = "DriverFailed")]
    internal static partial void DriverFailed(this ILogger logger, Exception exception, string driver, string initiator);

    [LoggerMessage(5, LogLevel.Information, "{Function} from {Initiator} for LUN {Lun}", EventName = "TaskManagementReceived")]
    internal static partial void TaskManagementReceived(this ILogger logger, TaskManagementFunction function, string initiator, Lun lun);

    [LoggerMessage(6, LogLevel.Information, "Logical unit added: {LogicalUnit}", EventName = "LogicalUnitAdded")]
    internal static partial void LogicalUnitAdded(this ILogger logger, string logicalUnit);

    [LoggerMessage(7, LogLevel.Information, "Target added: {Target}", EventName = "TargetAdded")]
    internal static partial void TargetAdded(this ILogger logger, string target);

    [LoggerMessage(
        8,
        LogLevel.Critical,
        "Persistent reservations of {LogicalUnit} are lost ({Status}): it is locked until REPLACE LOST RESERVATION",
        EventName = "ReservationsLost")]
    internal static partial void ReservationsLost(
        this ILogger logger, Exception? exception, string logicalUnit, StateReadStatus status);

    [LoggerMessage(
        9, LogLevel.Error, "Persistent reservations of {LogicalUnit} could not be stored: {Status}", EventName = "ReservationsNotStored")]
    internal static partial void ReservationsNotStored(
        this ILogger logger, Exception? exception, string logicalUnit, StateWriteStatus status);

    [LoggerMessage(10, LogLevel.Information, "Access control of {Target} changed: {Sessions} sessions were moved", EventName = "AccessChanged")]
    internal static partial void AccessChanged(this ILogger logger, string target, int sessions);

    [LoggerMessage(11, LogLevel.Information, "Paused: {Scope}, for {Longest} at most: {Reason}", EventName = "Paused")]
    internal static partial void Paused(this ILogger logger, string scope, string reason, TimeSpan longest);

    [LoggerMessage(12, LogLevel.Information, "Resumed: {Scope}, after {Duration}: {Reason}", EventName = "Resumed")]
    internal static partial void Resumed(this ILogger logger, string scope, string reason, TimeSpan duration);

    [LoggerMessage(
        13, LogLevel.Warning, "Resumed because its longest time had passed: {Scope}, after {Duration}: {Reason}", EventName = "PauseExpired")]
    internal static partial void PauseExpired(this ILogger logger, string scope, string reason, TimeSpan duration);

    [LoggerMessage(14, LogLevel.Error, "The {Purpose} record of {LogicalUnit} cannot be read: {Status}", EventName = "RecordNotRead")]
    internal static partial void RecordNotRead(
        this ILogger logger, Exception? exception, string purpose, string logicalUnit, StateReadStatus status);

    [LoggerMessage(15, LogLevel.Error, "The {Purpose} record of {LogicalUnit} could not be stored: {Status}", EventName = "RecordNotStored")]
    internal static partial void RecordNotStored(
        this ILogger logger, Exception? exception, string purpose, string logicalUnit, StateWriteStatus status);

    [LoggerMessage(
        16,
        LogLevel.Critical,
        "The saved mode pages of {LogicalUnit} are lost or out of reach: it goes on with default values, write protected (SWP)",
        EventName = "SavedModePagesLost")]
    internal static partial void SavedModePagesLost(this ILogger logger, string logicalUnit);

    [LoggerMessage(
        17,
        LogLevel.Warning,
        "Saved values of mode page {Page:X2}h/{Subpage:X2}h of {LogicalUnit} do not fit the device as it is now: it keeps its default values",
        EventName = "SavedModePageIgnored")]
    internal static partial void SavedModePageIgnored(this ILogger logger, string logicalUnit, byte page, byte subpage);

    [LoggerMessage(
        18, LogLevel.Error, "The handler of {LogicalUnit} refuses its saved mode pages: {Sense}", EventName = "SavedModePagesRefused")]
    internal static partial void SavedModePagesRefused(this ILogger logger, string logicalUnit, Sense sense);

    [LoggerMessage(
        19,
        LogLevel.Warning,
        "{Command} with tag {Tag} is still in {LogicalUnit}, which {Initiator} sees no more; its session ends without it",
        EventName = "CommandOrphaned")]
    internal static partial void CommandOrphaned(this ILogger logger, string? command, ulong tag, string initiator, string logicalUnit);

    [LoggerMessage(20, LogLevel.Error, "A change of the mode pages of {LogicalUnit} has failed", EventName = "ModePagesFailed")]
    internal static partial void ModePagesFailed(this ILogger logger, Exception exception, string logicalUnit);
}
