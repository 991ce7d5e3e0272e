using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Scst;

/// <summary>A SCSI target port (SAM-6 4.5.6): a name under which a driver accepts sessions.</summary>
public sealed class Target
{
    private readonly object _lock = new();
    private readonly (AccessControlGroup Group, LunMap Map)[] _groups;
    private readonly (AccessControlGroup Group, LunMap Map) _default;
    private Session[] _sessions = [];
    private bool _removed;

    internal Target(ScsiEngine engine, string name, ITargetDriver driver, TargetOptions options, ushort relativePort)
    {
        Engine = engine;
        Name = name;
        Driver = driver;
        RelativeTargetPort = relativePort;
        _groups = [.. options.Groups.Select(group => (group, LunMap.Create(group, engine)))];
        _default = (options.DefaultGroup, LunMap.Create(options.DefaultGroup, engine));
        BurstDriver = driver as IBurstDriver;
        AsyncEventDriver = driver as IAsyncEventDriver;
        KernelSegmentDriver = driver as IKernelSegmentDriver;
        TransportIdDriver = driver as ITransportIdDriver;
    }

    /// <summary>The name of the target port as the transport knows it.</summary>
    public string Name { get; }

    /// <summary>The driver that owns it.</summary>
    public ITargetDriver Driver { get; }

    /// <summary>The engine that it belongs to.</summary>
    public ScsiEngine Engine { get; }

    /// <summary>The relative target port identifier, 1 to 65535.</summary>
    public ushort RelativeTargetPort { get; }

    /// <summary>The open sessions; a snapshot.</summary>
    public IReadOnlyList<Session> Sessions => Volatile.Read(ref _sessions);

    internal IBurstDriver? BurstDriver { get; }

    internal IAsyncEventDriver? AsyncEventDriver { get; }

    internal IKernelSegmentDriver? KernelSegmentDriver { get; }

    internal ITransportIdDriver? TransportIdDriver { get; }

    /// <summary>Opens a session (I_T nexus).</summary>
    /// <param name="initiatorName">The initiator port's name; the access control group is chosen by it.</param>
    /// <param name="driverState">The driver's own object, see <see cref="Session.DriverState"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="initiatorName"/> is empty.</exception>
    /// <exception cref="InvalidOperationException">The target was removed.</exception>
    public Session OpenSession(string initiatorName, object? driverState = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(initiatorName);
        (AccessControlGroup group, LunMap map) = Select(initiatorName);
        var session = new Session(this, initiatorName, group.Name, map, driverState);
        lock (_lock)
        {
            if (_removed)
                throw new InvalidOperationException($"Target {Name} was removed.");
            Volatile.Write(ref _sessions, [.. _sessions, session]);
        }
        Engine.SessionOpened(session);
        return session;
    }

    /// <summary>Whether an initiator would see any LUN here; drivers hide the target in discovery where not.</summary>
    /// <param name="initiatorName">The initiator port's name.</param>
    public bool HasLunsFor(string initiatorName)
    {
        ArgumentNullException.ThrowIfNull(initiatorName);
        return Select(initiatorName).Map.Entries.Count > 0;
    }

    /// <summary>Whether any initiator can reach the logical unit here.</summary>
    internal bool Shows(LogicalUnit logicalUnit) =>
        _groups.Append(_default).Any(group => group.Map.Entries.Any(entry => entry.LogicalUnit == logicalUnit));

    /// <inheritdoc cref="Name"/>
    public override string ToString() => Name;

    internal void Close(Session session)
    {
        lock (_lock)
            Volatile.Write(ref _sessions, [.. _sessions.Where(other => other != session)]);
    }

    /// <summary>No session can be opened any more; those that are open stay until their driver closes them.</summary>
    internal void MarkRemoved()
    {
        lock (_lock)
            _removed = true;
    }

    private (AccessControlGroup Group, LunMap Map) Select(string initiatorName)
    {
        foreach ((AccessControlGroup group, LunMap map) in _groups)
        {
            foreach (string pattern in group.Initiators)
            {
                if (InitiatorPattern.IsMatch(pattern, initiatorName))
                    return (group, map);
            }
        }
        return _default;
    }
}
