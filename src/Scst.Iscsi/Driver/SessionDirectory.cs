using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Driver;

/// <summary>
/// Who is logged in: gives out session handles (TSIH), knows by names and ISID when a session is opened anew, and limits how
/// many there are. Its lock is taken once per login, never per command.
/// </summary>
internal sealed class SessionDirectory
{
    private readonly Lock _gate = new();
    private readonly IscsiDriverOptions _options;
    private readonly Dictionary<ushort, Entry> _byHandle = [];
    private readonly Dictionary<SessionKey, Entry> _byKey = [];
    private ushort _lastHandle;

    public SessionDirectory(IscsiDriverOptions options) => _options = options;

    /// <summary>Whether a login fits in by its TSIH (RFC 7143 6.3.1).</summary>
    public LoginStatus Check(LoginIdentity identity)
    {
        if (identity.Tsih == 0)
            return LoginStatus.Success;
        lock (_gate)
        {
            if (!_byHandle.TryGetValue(identity.Tsih, out var entry) || entry.Key != SessionKey.Of(identity))
                return LoginStatus.SessionDoesNotExist;
            // One connection is all a session may have (MaxConnections=1), and at ErrorRecoveryLevel 0 it is not replaced.
            return entry.Identity.ConnectionId == identity.ConnectionId
                ? LoginStatus.CannotIncludeInSession
                : LoginStatus.TooManyConnections;
        }
    }

    /// <summary>
    /// Takes a place for a session. One of the same names and ISID is closed completely first: session reinstatement
    /// (RFC 7143 6.3.5).
    /// </summary>
    /// <returns>The TSIH, or 0 and why not.</returns>
    public async ValueTask<(ushort Tsih, LoginStatus Status)> EnterAsync(IscsiConnection connection, LoginIdentity identity)
    {
        while (true)
        {
            IscsiConnection old;
            lock (_gate)
            {
                if (identity.SessionType == IscsiSessionType.Discovery || !_byKey.TryGetValue(SessionKey.Of(identity), out var entry))
                    return Enter(connection, identity);
                old = entry.Connection;
            }

            old.End(ConnectionEndReason.Reinstated, connection.Remote.ToString());
            await Task.WhenAny(old.WhenOverAsync(), connection.WhenEndingAsync()).ConfigureAwait(false);
            if (connection.IsEnding)
                return (0, LoginStatus.ServiceUnavailable);
        }
    }

    public void Leave(ushort tsih)
    {
        lock (_gate)
        {
            if (_byHandle.Remove(tsih, out var entry) && entry.Identity.SessionType == IscsiSessionType.Normal)
                _byKey.Remove(entry.Key);
        }
    }

    private (ushort Tsih, LoginStatus Status) Enter(IscsiConnection connection, LoginIdentity identity)
    {
        var count = 0;
        foreach (var other in _byHandle.Values)
        {
            if (other.Identity.SessionType == identity.SessionType
                && (identity.SessionType == IscsiSessionType.Discovery || other.Key.TargetName == identity.TargetName))
                count++;
        }

        var most = identity.SessionType == IscsiSessionType.Discovery ? _options.MaxDiscoverySessions : _options.MaxSessionsPerTarget;
        if (count >= most || _byHandle.Count == ushort.MaxValue)
            return (0, LoginStatus.OutOfResources);
        do
            _lastHandle++;
        while (_lastHandle == 0 || _byHandle.ContainsKey(_lastHandle));
        var entry = new Entry(SessionKey.Of(identity), identity, connection);
        _byHandle.Add(_lastHandle, entry);
        if (identity.SessionType == IscsiSessionType.Normal)
            _byKey.Add(entry.Key, entry);
        return (_lastHandle, LoginStatus.Success);
    }

    /// <summary>What tells I_T nexuses apart (RFC 7143 4.4.3); there is one portal group.</summary>
    private readonly record struct SessionKey(string InitiatorName, ulong Isid, string? TargetName)
    {
        public static SessionKey Of(LoginIdentity identity) => new(identity.InitiatorName, identity.Isid, identity.TargetName);
    }

    private sealed record Entry(SessionKey Key, LoginIdentity Identity, IscsiConnection Connection);
}
