using System.Threading;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// An I_T_L nexus: what one session shares with one logical unit. Made when the session first uses the LUN.
/// </summary>
internal sealed class LunNexus
{
    private long _admitted;
    private long _retired;
    private int _gate;
    private int _pauses;
    private bool _isReadOnly;
    private Reassignment? _goneWith;
    private KnownAccess? _access;
    private byte[]? _echoBuffer;
    private bool _preventsMediumRemoval;

    internal LunNexus(Session session, Lun lun, LogicalUnit logicalUnit, bool isReadOnly)
    {
        Session = session;
        Lun = lun;
        LogicalUnit = logicalUnit;
        _isReadOnly = isReadOnly;
        // A nexus that never existed has everything to learn (SAM-6 6.2, power on).
        Attention.Establish(AdditionalSense.PowerOnResetOrBusDeviceResetOccurred);
    }

    internal Session Session { get; }

    internal Lun Lun { get; }

    internal LogicalUnit LogicalUnit { get; }

    /// <summary>The nexus's place in the list of its logical unit; -1 while it is not there.</summary>
    internal int Slot { get; set; } = -1;

    /// <summary>Whether the LUN map makes the logical unit read-only for this session.</summary>
    internal bool IsReadOnly
    {
        get => Volatile.Read(ref _isReadOnly);
        set => Volatile.Write(ref _isReadOnly, value);
    }

    /// <summary>The change that took this nexus out of the session's LUN map; only commands that came before it are left.</summary>
    internal Reassignment? GoneWith
    {
        get => Volatile.Read(ref _goneWith);
        set => Volatile.Write(ref _goneWith, value);
    }

    internal bool IsGone => GoneWith is not null;

    /// <summary>Whether a command would have a unit attention to report: of the nexus, or of the session's inventory.</summary>
    internal bool HasAttention => Attention.IsPending || Session.Inventory.HasChanged;

    /// <summary>Takes the unit attention condition to report next; reporting clears it.</summary>
    internal bool TryTakeAttention(out AdditionalSense condition)
    {
        if (Attention.TryTake(out condition))
            return true;
        condition = AdditionalSense.ReportedLunsDataHasChanged;
        return Session.Inventory.TryTake();
    }

    /// <summary>Whether the medium may not be changed: by the LUN map, the device itself, or the control mode page (SWP).</summary>
    internal bool IsWriteProtected =>
        IsReadOnly || LogicalUnit.Description.IsReadOnly || LogicalUnit.ModePages.SoftwareWriteProtect;

    internal UnitAttentionQueue Attention { get; } = new();

    internal AccessCounters Counters { get; } = new();

    /// <summary>What the last WRITE BUFFER in echo buffer mode has written; null: there was none.</summary>
    internal byte[]? EchoBuffer
    {
        get => Volatile.Read(ref _echoBuffer);
        set => Volatile.Write(ref _echoBuffer, value);
    }

    /// <summary>PREVENT ALLOW MEDIUM REMOVAL: the medium may not be removed.</summary>
    internal bool PreventsMediumRemoval
    {
        get => Volatile.Read(ref _preventsMediumRemoval);
        set => Volatile.Write(ref _preventsMediumRemoval, value);
    }

    /// <summary>
    /// What a command must be allowed to do so that the persistent reservation lets it through; found once for each state.
    /// </summary>
    internal ReservationAccess RequiredUnder(PersistentReservationState state)
    {
        KnownAccess? access = Volatile.Read(ref _access);
        if (access is null || access.State != state)
        {
            access = new KnownAccess(state, state.RequiredOf(Session.NexusId));
            Volatile.Write(ref _access, access);
        }
        return access.Required;
    }

    /// <summary>Whether the gate of this nexus is closed, or that of its session.</summary>
    internal bool IsClosed => Volatile.Read(ref _gate) != 0 || Session.IsPaused;

    /// <summary>Commands that were let in and are not freed yet.</summary>
    internal long Outstanding => _admitted - Volatile.Read(ref _retired);

    /// <summary>Lets a command in. Only the session's submitter calls it, so only leaving needs an interlocked count.</summary>
    internal bool TryAdmit(int depth)
    {
        if (_admitted - Volatile.Read(ref _retired) >= depth)
            return false;
        _admitted++;
        return true;
    }

    internal void Retire() => Interlocked.Increment(ref _retired);

    internal void CloseGate() => Interlocked.Increment(ref _gate);

    internal void OpenGate() => Interlocked.Decrement(ref _gate);

    /// <summary>Whether the gate is closed on purpose and for long.</summary>
    internal bool IsPaused => Volatile.Read(ref _pauses) != 0 || Session.IsPaused;

    /// <summary>For the task set, under its lock: the last round in which the nexus was paused.</summary>
    internal long PassedOverInRound { get; set; }

    internal void Pause()
    {
        Interlocked.Increment(ref _pauses);
        CloseGate();
    }

    internal void Resume()
    {
        OpenGate();
        Interlocked.Decrement(ref _pauses);
    }

    private sealed record KnownAccess(PersistentReservationState State, ReservationAccess Required);
}
