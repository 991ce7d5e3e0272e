using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net;
using Microsoft.Extensions.Logging;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Transport;

namespace Scst.Iscsi.Driver;

/// <summary>The iSCSI target node (RFC 7143 4.1): what all connections of a driver have in common.</summary>
internal sealed class TargetNode
{
    /// <summary>All portals form one group; a session may use any of them.</summary>
    public const ushort PortalGroupTag = 1;

    private readonly ConcurrentDictionary<string, Target> _targets = new(StringComparer.Ordinal);

    public TargetNode(ScsiEngine engine, IscsiDriverOptions options)
    {
        Engine = engine;
        Options = options;
        // A data segment may have to be gathered in one buffer.
        Parameters = options.Parameters with
        {
            MaxRecvDataSegmentLength = Math.Min(options.Parameters.MaxRecvDataSegmentLength, DataBufferPool.LargestBuffer),
        };
        Time = engine.Options.TimeProvider;
        Log = engine.Options.LoggerFactory.CreateLogger(IscsiLog.Category);
        Connections = new ConnectionSet(options.MaxConnectionsInLogin);
        Sessions = new SessionDirectory(options);
        Silence = new SilenceWatch(options, Time);
    }

    public ScsiEngine Engine { get; }

    public IscsiDriverOptions Options { get; }

    /// <summary>What logins negotiate with.</summary>
    public IscsiParameters Parameters { get; }

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    public ConnectionSet Connections { get; }

    /// <summary>What connections send and receive with; null before the start of the driver.</summary>
    public TransportFactory? Transports { get; set; }

    public SessionDirectory Sessions { get; }

    /// <summary>Who looks whether initiators are still there.</summary>
    public SilenceWatch Silence { get; }

    /// <summary>Who has lost a connection because lent data could not be read.</summary>
    public MediumFaults MediumFaults { get; } = new();

    /// <summary>The portals that are bound, with their real ports.</summary>
    public IReadOnlyList<IPEndPoint> Portals { get; set; } = [];

    /// <summary>The targets in the order of their names.</summary>
    public IEnumerable<Target> Targets
    {
        get
        {
            var targets = _targets.ToArray();
            Array.Sort(targets, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
            foreach (var target in targets)
                yield return target.Value;
        }
    }

    public Target? Find(string name) => _targets.GetValueOrDefault(name);

    public void Add(Target target) => _targets[target.Name] = target;

    public void Remove(Target target) => _targets.TryRemove(target.Name, out _);
}
