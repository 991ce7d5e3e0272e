using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;

namespace Scst.Iscsi.Driver;

/// <summary>The open connections, and the sums of those that have ended. Its lock is taken once per connection, never per command.</summary>
internal sealed class ConnectionSet
{
    private readonly Lock _gate = new();
    private readonly int _mostInLogin;
    private readonly HashSet<IscsiConnection> _all = [];
    private readonly LinkedList<IscsiConnection> _inLogin = [];
    private long _total;
    private long _bytesIn;
    private long _bytesOut;
    private long _commands;

    public ConnectionSet(int mostInLogin) => _mostInLogin = mostInLogin;

    public IscsiConnection[] Snapshot()
    {
        lock (_gate)
            return [.. _all];
    }

    public long NextId() => Interlocked.Increment(ref _total);

    /// <summary>Adds a connection, which is in its login phase. The oldest of too many such makes room.</summary>
    public void Add(IscsiConnection connection)
    {
        IscsiConnection? oldest = null;
        lock (_gate)
        {
            _all.Add(connection);
            _inLogin.AddLast(connection);
            if (_inLogin.Count > _mostInLogin)
            {
                oldest = _inLogin.First!.Value;
                _inLogin.RemoveFirst();
            }
        }

        oldest?.End(ConnectionEndReason.TooManyLogins);
    }

    /// <summary>The login phase is over.</summary>
    public void LoginEnded(IscsiConnection connection)
    {
        lock (_gate)
            _inLogin.Remove(connection);
    }

    public void Remove(IscsiConnection connection)
    {
        lock (_gate)
        {
            _all.Remove(connection);
            _inLogin.Remove(connection);
            _bytesIn += connection.Counters.BytesIn;
            _bytesOut += connection.Counters.BytesOut;
            _commands += connection.Counters.Commands;
        }
    }

    public IscsiDriverStatistics Sum()
    {
        lock (_gate)
        {
            return new IscsiDriverStatistics
            {
                Connections = _all.Count,
                Sessions = _all.Count(static connection => connection.Session is { Nexus: not null }),
                DiscoverySessions = _all.Count(static connection => connection.Session is { Nexus: null }),
                TotalConnections = Interlocked.Read(ref _total),
                BytesIn = _bytesIn + _all.Sum(static connection => connection.Counters.BytesIn),
                BytesOut = _bytesOut + _all.Sum(static connection => connection.Counters.BytesOut),
                Commands = _commands + _all.Sum(static connection => connection.Counters.Commands),
            };
        }
    }
}
