using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Scst.Diagnostics;

namespace Scst;

/// <summary>A SCSI target port (SAM-6 4.5.6): a name under which a driver accepts sessions.</summary>
public sealed class Target
{
    private readonly object _lock = new();

    // Held while sessions are moved, which takes long where there are many; opening and closing one must not wait for that.
    private readonly object _changing = new();
    private AccessTable _access;
    private Session[] _sessions = [];
    private bool _removed;

    internal Target(ScsiEngine engine, string name, ITargetDriver driver, TargetOptions options, ushort relativePort)
    {
        Engine = engine;
        Name = name;
        Driver = driver;
        RelativeTargetPort = relativePort;
        _access = AccessTable.Create(options, engine, relativePort);
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

    /// <summary>Who may see what, as it is now.</summary>
    public TargetOptions Options => Access.Options;

    private AccessTable Access => Volatile.Read(ref _access);

    /// <summary>Opens a session (I_T nexus).</summary>
    /// <param name="initiator">The initiator port; the access control group is chosen by it.</param>
    /// <param name="driverState">The driver's own object, see <see cref="Session.DriverState"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="initiator"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The target was removed.</exception>
    public Session OpenSession(InitiatorIdentity initiator, object? driverState = null)
    {
        ArgumentNullException.ThrowIfNull(initiator);
        Session session;
        lock (_lock)
        {
            if (_removed)
                throw new InvalidOperationException($"Target {Name} was removed.");
            // Together with being listed: a change of the access control either comes first or finds the session.
            (AccessControlGroup group, LunMap map) = _access.Select(initiator);
            session = new Session(this, initiator, group.Name, map, driverState);
            Volatile.Write(ref _sessions, [.. _sessions, session]);
        }
        Engine.SessionOpened(session);
        return session;
    }

    /// <summary>Whether an initiator would see any LUN here; drivers hide the target in discovery where not.</summary>
    /// <param name="initiator">The initiator port.</param>
    /// <exception cref="ArgumentNullException"><paramref name="initiator"/> is null.</exception>
    public bool HasLunsFor(InitiatorIdentity initiator)
    {
        ArgumentNullException.ThrowIfNull(initiator);
        return Access.Select(initiator).Map.Entries.Count > 0;
    }

    /// <summary>
    /// Changes who may see what while it is used. The whole is validated, compared with what is, and applied at once. Open
    /// sessions whose group or LUN map is another one then are moved without logging out: I_T_L nexuses that both maps have
    /// are kept with their commands, unit attentions and reservations; of those that are gone, commands that have had their
    /// turn may go on for a while and everything else ends in LOGICAL UNIT NOT SUPPORTED (SPC-6); the initiator gets REPORTED LUNS
    /// DATA HAS CHANGED (3Fh/0Eh) once, INQUIRY DATA HAS CHANGED (3Fh/03h) where a LUN became another device, and MODE
    /// PARAMETERS CHANGED (2Ah/01h) where one became read-only or writable. Nothing else waits.
    /// </summary>
    /// <param name="change">
    /// Makes the new options out of those in force; nobody else can change them meanwhile. Sessions can be opened and closed, and
    /// one that is opened from then on sees what the new options say.
    /// </param>
    /// <param name="policy">What becomes of commands whose nexus is gone; null for the defaults.</param>
    /// <returns>What was done. No command that is submitted from now on can use an old LUN map.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="change"/> is null, or returns null.</exception>
    /// <exception cref="AccessRefusedException">The new options are not valid; nothing was changed.</exception>
    public AccessChange ChangeAccess(Func<TargetOptions, TargetOptions> change, AccessChangePolicy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(change);
        var reassignment = new Reassignment();
        TargetOptions options;
        lock (_changing)
        {
            options = change(Access.Options);
            ArgumentNullException.ThrowIfNull(options, nameof(change));
            AccessTable access = AccessTable.Create(options, Engine, RelativeTargetPort);
            options = access.Options;
            Session[] sessions;
            lock (_lock)
            {
                Volatile.Write(ref _access, access);
                sessions = _sessions;
            }
            reassignment.Apply(access, sessions);
        }
        // What follows calls drivers, so outside of the lock.
        AccessChange done = reassignment.Complete(Engine, options, policy ?? new AccessChangePolicy());
        Engine.Log.AccessChanged(Name, done.Reassigned.Count);
        return done;
    }

    /// <summary>Whether any initiator can reach the logical unit here.</summary>
    internal bool Shows(LogicalUnit logicalUnit) => Access.Shows(logicalUnit);

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
}
