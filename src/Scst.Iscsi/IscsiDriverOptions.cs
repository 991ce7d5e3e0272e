using System;
using System.Collections.Generic;
using System.Net;

namespace Scst.Iscsi;

/// <summary>
/// How an iSCSI target driver is set up. The record is immutable: change a copy with a <c>with</c> expression. Setters throw
/// <see cref="ArgumentOutOfRangeException"/> for a value outside the stated range.
/// </summary>
public sealed record IscsiDriverOptions
{
    /// <summary>The TCP port that is registered for iSCSI targets (RFC 7143 15): 3260.</summary>
    public const int DefaultPort = 3260;

    private static readonly TimeSpan _longest = TimeSpan.FromHours(1);

    /// <summary>
    /// The network portals (RFC 7143 4.1), IPv4 or IPv6; port 0 lets the system choose one. By default 127.0.0.1, port 3260.
    /// An IPv6 wildcard address takes no IPv4 connections.
    /// </summary>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    public IReadOnlyList<IPEndPoint> Portals
    {
        get;
        init => field = value is { Count: > 0 } ? value : throw new ArgumentException("A driver has at least one portal.", nameof(value));
    } = [new IPEndPoint(IPAddress.Loopback, DefaultPort)];

    /// <summary>
    /// What is offered in the negotiation of a session. A MaxRecvDataSegmentLength above
    /// <see cref="DataBufferPool.LargestBuffer"/> is declared as that.
    /// </summary>
    public IscsiParameters Parameters { get; init; } = IscsiParameters.Default;

    /// <summary>
    /// How many numbered requests of one session may be outstanding: the command window MaxCmdSN - ExpCmdSN + 1
    /// (RFC 7143 4.2.2.1). 1 to 4096, default 128.
    /// </summary>
    public int QueueDepth { get; init => field = Check(value, 4096); } = 128;

    /// <summary>How many sessions one target accepts; a login beyond fails with status 0302. 1 to 65535, default 256.</summary>
    public int MaxSessionsPerTarget { get; init => field = Check(value, 65535); } = 256;

    /// <summary>How many discovery sessions are accepted; a login beyond fails with status 0302. 1 to 65535, default 256.</summary>
    public int MaxDiscoverySessions { get; init => field = Check(value, 65535); } = 256;

    /// <summary>
    /// How many connections may be in the login phase at once. A new one then takes the place of the oldest, so that silent
    /// connections keep nobody out. 1 to 65535, default 256.
    /// </summary>
    public int MaxConnectionsInLogin { get; init => field = Check(value, 65535); } = 256;

    /// <summary>How long the login phase may take in all. Up to an hour, default 15 seconds.</summary>
    public TimeSpan LoginTimeout { get; init => field = Check(value); } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// After how long without any received byte an initiator that has commands outstanding is asked with a NOP-In
    /// (RFC 7143 11.19) whether it is there. While it has none the system watches its host, by TCP keepalive after the same time,
    /// which wakes nobody here; where the system does not, it is asked all the same. Connections are looked at together, in steps
    /// of the shorter of this and <see cref="NopInTimeout"/>, so it may take a step longer. Up to an hour, default 15 seconds.
    /// </summary>
    public TimeSpan NopInInterval { get; init => field = Check(value); } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// After how long without any received byte an initiator that has nothing outstanding is asked too, in case its host is
    /// there but it is not. No less than <see cref="NopInInterval"/> counts. Up to an hour, default 5 minutes.
    /// </summary>
    public TimeSpan IdleNopInInterval { get; init => field = Check(value); } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long an initiator may be silent after such a NOP-In, or its host after the first probe of TCP keepalive: in whole
    /// seconds there. Up to an hour, default 15 seconds.
    /// </summary>
    public TimeSpan NopInTimeout { get; init => field = Check(value); } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// For how long data that an initiator owes (an R2T, announced unsolicited data, the rest of a PDU) may make no
    /// progress; then the connection ends. It ends within half as much again. Up to an hour, default 30 seconds.
    /// </summary>
    public TimeSpan DataOutTimeout { get; init => field = Check(value); } = TimeSpan.FromSeconds(30);

    /// <summary>How long each step of a stop waits for commands that are running. Up to an hour, default 5 seconds.</summary>
    public TimeSpan ShutdownTimeout { get; init => field = Check(value); } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// On Linux: how many threads serve the connections, each connection always the same one. 1 to 1024; 0, the default, for as
    /// many as there are processors. Elsewhere the thread pool serves them.
    /// </summary>
    public int IoThreads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            field = value;
        }
    }

    /// <summary>
    /// On Linux: how long such a thread goes on looking for work before it sleeps. It halves the latency of a lone command and
    /// keeps a processor busy for so long after each. Up to a second, default zero: not at all.
    /// </summary>
    public TimeSpan BusyPoll
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromSeconds(1));
            field = value;
        }
    }

    /// <summary>For tests: the class library's sockets also where there is something better.</summary>
    internal bool UsesPortableTransport { get; init; }

    /// <summary>For tests: false as where the system knows no TCP keepalive.</summary>
    internal bool UsesKeepAlive { get; init; } = true;

    private static int Check(int value, int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max);
        return value;
    }

    private static TimeSpan Check(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, _longest);
        return value;
    }
}
