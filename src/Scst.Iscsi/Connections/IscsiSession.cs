using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Scst.Iscsi.Driver;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Receiving;
using Scst.Iscsi.Sending;
using Scst.Iscsi.Tasks;
using Scst.Protocol;

namespace Scst.Iscsi.Connections;

/// <summary>
/// A session in full feature phase with its one connection: what the core's calls are turned into. Its counterpart in the
/// core is <see cref="Nexus"/>; a discovery session has none.
/// </summary>
internal sealed class IscsiSession
{
    // Asynchronous events may be dropped, since the unit attention stays; so a few are enough.
    private const int MostQueuedEvents = 16;

    private int _queuedEvents;
    private int _initiatorMaxRecvDataSegmentLength;
    private volatile bool _isDraining;

    public IscsiSession(IscsiConnection connection, LoginResult login, ushort tsih, SerialNumber32 statSN)
    {
        Connection = connection;
        Node = connection.Node;
        Identity = login.Identity;
        Parameters = login.Parameters;
        Tsih = tsih;
        AcceptsKernelSegments = connection.Transport.TakesAddresses && !Parameters.DataDigest && !Node.MediumFaults.Contains(Identity);
        _initiatorMaxRecvDataSegmentLength = login.Parameters.InitiatorMaxRecvDataSegmentLength;
        Ledger = new Ledger(login.Parameters, login.InitialCmdSN, Node.Options.QueueDepth);
        Sender = new PduSender(this, new BatchWriter(this, statSN));
        Keeper = new NopKeeper(this);
        Watch = new DataOutWatch(this);
    }

    public IscsiConnection Connection { get; }

    public TargetNode Node { get; }

    public LoginIdentity Identity { get; }

    public NegotiatedParameters Parameters { get; }

    public ushort Tsih { get; }

    /// <summary>Whether data may lie where only system calls may touch it: nothing here looks at it then.</summary>
    public bool AcceptsKernelSegments { get; }

    public Ledger Ledger { get; }

    public PduSender Sender { get; }

    public NopKeeper Keeper { get; }

    public DataOutWatch Watch { get; }

    /// <summary>The session in the core; null in a discovery session.</summary>
    public Session? Nexus { get; set; }

    /// <summary>No new request is taken any more.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>The longest data segment that may be sent; the initiator can declare another in a Text Request.</summary>
    public int InitiatorMaxRecvDataSegmentLength
    {
        get => Volatile.Read(ref _initiatorMaxRecvDataSegmentLength);
        set => Volatile.Write(ref _initiatorMaxRecvDataSegmentLength, value);
    }

    /// <summary>The login is answered: from now on the session sends and watches.</summary>
    public void Start()
    {
        Sender.Start();
        Keeper.Start();
        Watch.Start();
    }

    /// <summary>Queues a PDU; if the connection is over it is released.</summary>
    public void Send(ControlPdu pdu)
    {
        switch (Ledger.Enqueue(pdu))
        {
            case QueueResult.WakeSender:
                Sender.Schedule();
                break;
            case QueueResult.Closed:
                pdu.Release(sent: false);
                break;
        }
    }

    public static void RequestDataOut(ScsiCommand command)
    {
        var task = (IscsiTask)command.DriverState!;
        // What is a range of a file is written by whoever has lent it.
        if (!HasOnlyAddresses(command) && !command.TryReplaceLoan(0))
        {
            command.DataOutFailed(Sense.AbortedCommand(AdditionalSense.InsufficientResources));
            return;
        }

        task.DataOut!.Request((uint)command.DataOutLength, task.Session.Ledger.IsClosed);
    }

    public static void AbortDataOut(ScsiCommand command) => ((IscsiTask)command.DriverState!).DataOut!.Abort();

    public static void SendResponse(ScsiCommand command)
    {
        var task = (IscsiTask)command.DriverState!;
        var session = task.Session;
        task.DataOut?.CommandEnded();
        if (command.SuppressResponse)
        {
            if (session.Ledger.Remove(task))
                session.ReportOpenWindow();
            command.ResponseSent(delivered: true);
            return;
        }

        task.IsLent = command.DataInLength > 0 && HasKernelSegments(command);
        if (task.IsLent && !HasOnlyAddresses(command))
        {
            // What is a range of a file is copied by whoever has lent it.
            command.DataInFaulted();
            return;
        }

        switch (session.Ledger.Enqueue(task))
        {
            case QueueResult.WakeSender:
                session.Sender.Schedule();
                break;
            case QueueResult.Dropped:
                command.ResponseSent(delivered: true);
                break;
            case QueueResult.Closed:
                command.ResponseSent(delivered: false);
                break;
        }
    }

    /// <summary>
    /// Gives up the responses that wait for data of commands that a task management function is about. The commands have
    /// ended; only their initiator does not know.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="lun">The logical unit that it is about.</param>
    /// <param name="referenced">The only task that it is about, or null.</param>
    /// <param name="alsoLater">Whether responses that are yet to come must not wait for data either.</param>
    /// <returns>Whether there was any.</returns>
    public bool DropHeldResponses(TaskManagementFunctionCode function, ulong lun, IscsiTask? referenced, bool alsoLater)
    {
        if (function is TaskManagementFunctionCode.QueryTask or TaskManagementFunctionCode.QueryTaskSet
            or TaskManagementFunctionCode.QueryAsynchronousEvent or TaskManagementFunctionCode.ClearAca)
            return false;
        var all = function is TaskManagementFunctionCode.TargetWarmReset or TaskManagementFunctionCode.TargetColdReset
            or TaskManagementFunctionCode.ITNexusReset;
        var dropped = Ledger.TakeHeldResponses(task => referenced is not null ? task == referenced : all || task.Lun == lun, alsoLater);
        foreach (var task in dropped)
            task.Command.ResponseSent(delivered: true);
        return dropped.Count > 0;
    }

    /// <summary>The receive burst is over: sends what it has brought about.</summary>
    public void EndBurst()
    {
        if (Ledger.EndBurst())
            Sender.Run();
    }

    /// <summary>An asynchronous event (RFC 7143 11.9): it may be dropped.</summary>
    public void ReportAsyncEvent(Lun lun, in Sense sense)
    {
        if (Interlocked.Increment(ref _queuedEvents) > MostQueuedEvents)
        {
            Interlocked.Decrement(ref _queuedEvents);
            return;
        }

        Span<byte> senseData = stackalloc byte[Sense.MaxLength];
        var senseLength = sense.WriteTo(senseData, SenseFormat.Fixed);
        var data = new byte[SenseDataSegment.SenseLengthSize + senseLength];
        SenseDataSegment.Write(data, senseData[..senseLength]);
        var pdu = new ControlPdu { Sent = () => Interlocked.Decrement(ref _queuedEvents) };
        AsyncMessagePdu.Write(pdu.Header, lun.Value, default, AsyncEventCode.ScsiEvent, dataSegmentLength: data.Length);
        pdu.SetData(data);
        Send(pdu);
    }

    /// <summary>
    /// Waits until everything that was begun is answered, then tells the initiator that the session is dropped
    /// (RFC 7143 11.9.1, event 3).
    /// </summary>
    public async Task DrainAsync()
    {
        _isDraining = true;
        await Ledger.WhenIdleAsync().ConfigureAwait(false);
        if (Nexus is null)
            return;
        var pdu = new ControlPdu();
        AsyncMessagePdu.Write(
            pdu.Header, lun: 0, default, AsyncEventCode.SessionDropped, parameter2: (ushort)Parameters.DefaultTime2Wait);
        var over = pdu.WhenOverAsync();
        Send(pdu);
        await over.ConfigureAwait(false);
    }

    /// <summary>Nothing is sent any more: whatever waits for it, and whatever may still come, is given up.</summary>
    public void CloseQueue()
    {
        var undelivered = new List<IscsiTask>();
        var controls = Ledger.Close(undelivered, out var senderRests);
        if (senderRests)
            Sender.Run();
        foreach (var task in undelivered)
            task.Command.ResponseSent(delivered: false);
        while (controls is ControlPdu pdu)
        {
            controls = pdu.Next;
            pdu.Release(sent: false);
        }
    }

    /// <summary>
    /// The connection is over and nothing is received any more: nothing stays behind in the core or in the queues.
    /// </summary>
    public async Task CloseAsync(SessionEndReason reason)
    {
        Keeper.Stop();
        Watch.Stop();
        CloseQueue();
        await Sender.WhenOverAsync().ConfigureAwait(false);
        if (Nexus is { } nexus)
            await nexus.CloseAsync(reason).ConfigureAwait(false);
    }

    private static bool HasKernelSegments(ScsiCommand command)
    {
        foreach (var segment in command.Segments)
        {
            if (segment.Kind != SegmentKind.Memory)
                return true;
        }

        return false;
    }

    private static bool HasOnlyAddresses(ScsiCommand command)
    {
        foreach (var segment in command.Segments)
        {
            if (segment.Kind == SegmentKind.FileRange)
                return false;
        }

        return true;
    }

    // An aborted task is not answered, and without any answer the initiator would not learn that it may go on.
    private void ReportOpenWindow()
    {
        var pdu = new ControlPdu { TakesStatSN = false };
        NopInPdu.Write(pdu.Header, lun: 0, BasicHeader.ReservedTag, BasicHeader.ReservedTag, default);
        Send(pdu);
    }
}
