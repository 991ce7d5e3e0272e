using System;
using System.Threading;
using Scst.Diagnostics;
using Scst.Protocol;

namespace Scst;

/// <summary>A logical unit (SAM-6 4.6): one handler with its task set, mode pages, reservation and nexuses.</summary>
public sealed partial class LogicalUnit
{
    private Reservation? _reservation;
    private NotReadyReason? _notReady;

    internal LogicalUnit(ScsiEngine engine, string name, IDevHandler handler, LogicalUnitOptions options)
    {
        if (options.QueueDepth is < 1 or > 65535)
            throw new ArgumentOutOfRangeException(nameof(options), "QueueDepth is not in 1 to 65535.");
        Engine = engine;
        Name = name;
        Handler = handler;
        Identity = options.Identity ?? LogicalUnitIdentity.FromName(name);
        Admission = new Admission(options.QueueDepth);
        TaskSet = engine.Options.MakeTaskSet(this);
        BurstHandler = handler as IBurstHandler;
        Statistics = new AccessStatistics(this, handler as ICommandFreedHandler);
        Clock = new DeviceClock(engine.Options.TimeProvider);
        DataInLender = handler as IDataInLender;
        DataOutLender = handler as IDataOutLender;
        Description = handler.Attach(this);
        try
        {
            Commands = PrimaryCommands.With(this);
            ModePages = new ModePageSet(this);
            PersistentReservations = engine.Options.MakeReservations(this);
        }
        catch
        {
            Detach();
            throw;
        }
    }

    /// <summary>The name that it was added under.</summary>
    public string Name { get; }

    /// <summary>The handler that serves it.</summary>
    public IDevHandler Handler { get; }

    /// <summary>What INQUIRY says it is.</summary>
    public LogicalUnitIdentity Identity { get; }

    /// <summary>What the handler says the device is.</summary>
    public DeviceDescription Description { get; private set; }

    internal ScsiEngine Engine { get; }

    internal CommandTable Commands { get; }

    internal ModePageSet ModePages { get; }

    internal Admission Admission { get; }

    internal TaskSet TaskSet { get; }

    internal PersistentReservations PersistentReservations { get; }

    internal IBurstHandler? BurstHandler { get; }

    internal ICommandFreedHandler? FreedHandler => Statistics;

    internal IDataInLender? DataInLender { get; }

    internal IDataOutLender? DataOutLender { get; }

    /// <summary>Why commands that need the medium end in CHECK CONDITION; null while the medium is ready.</summary>
    public Sense? NotReady
    {
        get => Volatile.Read(ref _notReady)?.Sense;
        set => Volatile.Write(ref _notReady, value is { } sense ? new NotReadyReason(sense) : null);
    }

    /// <summary>Who holds the logical unit by RESERVE; an immutable snapshot, null while nobody does.</summary>
    internal Reservation? Reservation => Volatile.Read(ref _reservation);

    /// <summary>The nexuses that sessions have made, and of those that are gone the ones that still have commands.</summary>
    internal NexusList Nexuses { get; } = new();

    /// <summary>The sense format that the control mode page asks for (D_SENSE).</summary>
    internal SenseFormat SenseFormat => ModePages.DescriptorSense ? SenseFormat.Descriptor : SenseFormat.Fixed;

    /// <summary>
    /// The capacity has changed: every nexus gets the unit attention CAPACITY DATA HAS CHANGED (2Ah/09h), and an
    /// asynchronous event where its driver can deliver one.
    /// </summary>
    /// <param name="description">The handler's new description: same commands and mode pages, new block count.</param>
    /// <exception cref="ArgumentNullException"><paramref name="description"/> is null.</exception>
    public void CapacityChanged(DeviceDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        Description = description;
        EstablishUnitAttention(AdditionalSense.CapacityDataHasChanged, report: true);
    }

    /// <summary>Establishes a unit attention condition (SAM-6) for every nexus.</summary>
    /// <param name="condition">What the initiators are to be told.</param>
    public void EstablishUnitAttention(AdditionalSense condition) => EstablishUnitAttention(condition, report: true);

    /// <inheritdoc cref="Name"/>
    public override string ToString() => Name;

    internal void EstablishUnitAttention(AdditionalSense condition, bool report, LunNexus? except = null)
    {
        foreach (LunNexus nexus in Nexuses)
        {
            if (nexus == except || nexus.IsGone)
                continue;
            if (condition == AdditionalSense.ReportedLunsDataHasChanged)
            {
                nexus.Session.InventoryChanged(report);
                continue;
            }
            nexus.Attention.Establish(condition);
            if (report)
                nexus.Session.ReportAsyncEvent(nexus.Lun, condition);
        }
    }

    /// <summary>Tells the handler that a burst is over. What goes wrong there must not reach whoever ended the burst.</summary>
    internal void EndOfBurst()
    {
        try
        {
            BurstHandler!.EndOfBurst();
        }
        catch (Exception exception)
        {
            Engine.Log.HandlerFailed(exception, Name, null);
        }
    }

    internal void Detach()
    {
        try
        {
            Handler.Detach();
        }
        catch (Exception exception)
        {
            Engine.Log.HandlerFailed(exception, Name, null);
        }
    }

    internal void Add(LunNexus nexus) => Nexuses.Add(nexus);

    /// <summary>The nexus is gone; no command of it is left.</summary>
    internal void Remove(LunNexus nexus)
    {
        Statistics.Remove(nexus);
        Engine.Orphans.Forget(nexus);
        ChangeReservation(reservation => reservation is not null && reservation.EndsWith(nexus) ? null : reservation);
    }

    /// <summary>Replaces the reservation, atomically against other changes.</summary>
    /// <returns>The reservation afterwards.</returns>
    internal Reservation? ChangeReservation(Func<Reservation?, Reservation?> change)
    {
        while (true)
        {
            Reservation? before = Volatile.Read(ref _reservation);
            Reservation? after = change(before);
            if (Interlocked.CompareExchange(ref _reservation, after, before) == before)
                return after;
        }
    }

    /// <summary>What a logical unit reset does beside aborting commands (SAM-6 6.3.3).</summary>
    internal void ApplyReset()
    {
        ChangeReservation(reservation => reservation is Spc2Reservation ? null : reservation);
        ModePages.Reset();
        AllowMediumRemoval();
        EstablishUnitAttention(AdditionalSense.BusDeviceResetFunctionOccurred, report: false);
    }

    private sealed record NotReadyReason(Sense Sense);
}
