using System;
using System.Net;
using Microsoft.Extensions.Logging;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Diagnostics;

/// <summary>The messages of this driver. An event id never changes its meaning.</summary>
internal static partial class IscsiLog
{
    public const string Category = "Scst.Iscsi";

    [LoggerMessage(1001, LogLevel.Information, "Portal {Portal} is open", EventName = "PortalOpened")]
    public static partial void PortalOpened(this ILogger logger, EndPoint portal);

    [LoggerMessage(1002, LogLevel.Information, "Portal {Portal} is closed", EventName = "PortalClosed")]
    public static partial void PortalClosed(this ILogger logger, EndPoint portal);

    [LoggerMessage(1003, LogLevel.Warning, "Portal {Portal} cannot accept a connection now", EventName = "AcceptFailed")]
    public static partial void AcceptFailed(this ILogger logger, Exception exception, EndPoint portal);

    [LoggerMessage(1004, LogLevel.Error, "Portal {Portal} is broken and accepts no more connections", EventName = "PortalFailed")]
    public static partial void PortalFailed(this ILogger logger, Exception exception, EndPoint portal);

    [LoggerMessage(1010, LogLevel.Debug, "Connection {Connection} from {Remote} at {Local}", EventName = "ConnectionAccepted")]
    public static partial void ConnectionAccepted(this ILogger logger, long connection, EndPoint? remote, EndPoint? local);

    [LoggerMessage(1011, LogLevel.Information,
        "Connection {Connection} from {Remote}: {Initiator} (ISID {Isid:X12}) logged in to {Target} with TSIH {Tsih}", EventName = "LoggedIn")]
    public static partial void LoggedIn(
        this ILogger logger, long connection, EndPoint? remote, string initiator, ulong isid, string? target, ushort tsih);

    [LoggerMessage(1012, LogLevel.Warning,
        "Connection {Connection} from {Remote}: login refused with {Status} ({Detail})", EventName = "LoginRefused")]
    public static partial void LoginRefused(this ILogger logger, long connection, EndPoint? remote, LoginStatus status, string detail);

    [LoggerMessage(1013, LogLevel.Information,
        "Connection {Connection} from {Remote} of {Initiator} ended: {Reason} ({Detail})", EventName = "ConnectionEnded")]
    public static partial void ConnectionEnded(
        this ILogger logger, long connection, EndPoint? remote, string? initiator, ConnectionEndReason reason, string? detail);

    [LoggerMessage(1014, LogLevel.Warning,
        "Connection {Connection}: {Opcode} rejected with {Reason} ({Detail})", EventName = "PduRejected")]
    public static partial void PduRejected(this ILogger logger, long connection, IscsiOpcode opcode, RejectReason reason, string detail);

    [LoggerMessage(1015, LogLevel.Error, "Connection {Connection} failed", EventName = "ConnectionFailed")]
    public static partial void ConnectionFailed(this ILogger logger, Exception exception, long connection);

    [LoggerMessage(1016, LogLevel.Warning,
        "Connection {Connection}: lent data of a command that was partly sent cannot be read; {Initiator} gets copies from now on",
        EventName = "MediumFaulted")]
    public static partial void MediumFaulted(this ILogger logger, long connection, string initiator);

    [LoggerMessage(1020, LogLevel.Information, "Stopping: {Connections} connections are open", EventName = "Stopping")]
    public static partial void Stopping(this ILogger logger, int connections);

    [LoggerMessage(1021, LogLevel.Warning, "Stopping: after {Timeout} commands are still running", EventName = "DrainTimedOut")]
    public static partial void DrainTimedOut(this ILogger logger, TimeSpan timeout);

    [LoggerMessage(1022, LogLevel.Error, "Stopping: after {Timeout} connections are still not closed", EventName = "CloseTimedOut")]
    public static partial void CloseTimedOut(this ILogger logger, TimeSpan timeout);
}
