using System;
using System.Threading;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// One command (task, SAM-6) on its way through the core. Pooled per session: a driver takes one with
/// <see cref="Session.RentCommand"/>, fills it with <see cref="Initialize"/> and submits it; after
/// <see cref="ResponseSent"/> it belongs to the pool again and must not be touched.
/// </summary>
/// <remarks>The command has one owner at any moment: the driver, the core, or the handler. Only the owner calls it.</remarks>
public sealed partial class ScsiCommand
{
    private const int ShortCdb = 16;

    private readonly Session _session;
    private byte[] _cdb = new byte[ShortCdb];
    private int _cdbLength;
    private byte[]? _senseData;
    private int _senseLength;
    private Sense _sense;
    private bool _hasFailed;
    private long _word;
    private int _latch;

    internal ScsiCommand(Session session, int index)
    {
        _session = session;
        Index = index;
    }

    /// <summary>The session (I_T nexus) that the command came through.</summary>
    public Session Session => _session;

    /// <summary>The command identifier that the driver gave; task management finds the command by it.</summary>
    public ulong Tag { get; private set; }

    /// <summary>The LUN field as the initiator sent it.</summary>
    public Lun Lun { get; private set; }

    /// <summary>How the command is ordered among the others of its task set (SAM-6).</summary>
    public TaskAttribute TaskAttribute { get; private set; }

    /// <summary>The CDB: as received until the command is parsed, then of the length that its opcode has.</summary>
    public ReadOnlySpan<byte> Cdb => new(_cdb, 0, _cdbLength);

    /// <summary>The command's table entry; null until it was parsed and for an unknown operation code.</summary>
    public CommandDescriptor? Descriptor { get; internal set; }

    /// <summary>The logical unit; null until the LUN was translated and for an unknown LUN.</summary>
    public LogicalUnit? LogicalUnit => Nexus?.LogicalUnit;

    /// <summary>The stage that the command has reached.</summary>
    public CommandStage Stage { get; internal set; }

    /// <summary>For the driver: its own object beside this command, kept when the command is reused.</summary>
    public object? DriverState { get; set; }

    /// <summary>For the handler: its own object beside this command, kept when the command is reused, perhaps for another handler.</summary>
    public object? HandlerState { get; set; }

    /// <summary>Whether the command was aborted; a handler may end it early, with any outcome.</summary>
    public bool IsAborted => (Volatile.Read(ref _word) & CommandWord.Aborted) != 0;

    /// <summary>Whether an initiator may not change the medium through this command's nexus.</summary>
    public bool IsReadOnly => Nexus?.IsReadOnly ?? false;

    /// <summary>When the burst that brought the command was received, in ticks of the engine's <see cref="TimeProvider"/>.</summary>
    public long ReceivedTimestamp { get; internal set; }

    /// <summary>The status to send; meaningful in <see cref="ITargetDriver.SendResponse"/>.</summary>
    public ScsiStatus Status { get; private set; }

    /// <summary>The sense data to send with CHECK CONDITION, in the format that the control mode page asks for; else empty.</summary>
    public ReadOnlySpan<byte> SenseData => new(_senseData, 0, _senseLength);

    /// <summary>Whether the driver must not send anything for this command (it was aborted).</summary>
    public bool SuppressResponse { get; private set; }

    internal LunNexus? Nexus { get; set; }

    /// <summary>The command's place in the table of its session.</summary>
    internal int Index { get; }

    /// <summary>Links of the one list that the command is in: free list, task set queue, or run queue.</summary>
    internal ScsiCommand? Next { get; set; }

    internal ScsiCommand? Previous { get; set; }

    internal CommandQueue? Queue { get; set; }

    internal AbortReason AbortReason => CommandWord.ReasonOf(ReadWord());

    /// <summary>The word as it was when the command ended: whether a gate or an abort waits for it.</summary>
    internal long WordAtEnd { get; private set; }

    /// <summary>The unit attention condition that the command reports and has cleared by that.</summary>
    internal AdditionalSense? TakenAttention { get; set; }

    internal bool HasFailed => _hasFailed;

    internal Sense FailureSense => _sense;

    /// <summary>Whether flow control counts the command.</summary>
    internal bool IsAdmitted { get; set; }

    /// <summary>Whether there was no room for the command; <see cref="Status"/> says so at its turn.</summary>
    internal bool IsRefused { get; private set; }

    /// <summary>Whether the handler wants the data-out in segments of its own.</summary>
    internal bool LendsDataOut { get; set; }

    /// <summary>Whether the handler provides the segments of the data-in, or takes buffers for it, while it executes the command.</summary>
    internal bool LendsDataIn { get; set; }

    /// <summary>Whether what was lent could not be read, so that the command has to do with memory.</summary>
    internal bool HasFaulted { get; set; }

    /// <summary>Whether an abort decided how the command ended.</summary>
    internal bool IsEndedByAbort { get; set; }

    /// <summary>Whether the handler must be told when the command is freed.</summary>
    internal bool WasGivenToHandler { get; set; }

    /// <summary>Whether the command waits for its turn and its data independently of each other.</summary>
    internal bool UsesLatch { get; set; }

    /// <summary>Fills a rented command.</summary>
    /// <param name="tag">The command identifier; unique among the session's unfinished commands.</param>
    /// <param name="lun">The LUN field.</param>
    /// <param name="cdb">The CDB, 1 to 260 bytes; longer than the operation code needs is allowed (transports pad).</param>
    /// <param name="attribute">The task attribute.</param>
    /// <param name="expectedDirection">Which way the initiator expects data to move.</param>
    /// <param name="expectedLength">How many bytes it expects, or null where the transport does not say.</param>
    /// <exception cref="ArgumentException"><paramref name="cdb"/> is empty or longer than 260 bytes.</exception>
    /// <exception cref="InvalidOperationException">The command was submitted already.</exception>
    public void Initialize(
        ulong tag,
        Lun lun,
        ReadOnlySpan<byte> cdb,
        TaskAttribute attribute,
        DataDirection expectedDirection,
        uint? expectedLength)
    {
        if (cdb.IsEmpty || cdb.Length > 260)
            throw new ArgumentException("A CDB has 1 to 260 bytes.", nameof(cdb));
        if (CommandWord.PhaseOf(_word) != CommandWord.Free)
            throw new InvalidOperationException("The command was submitted already.");
        Tag = tag;
        Lun = lun;
        TaskAttribute = attribute;
        if (cdb.Length > _cdb.Length)
            _cdb = new byte[260];
        cdb.CopyTo(_cdb);
        _cdbLength = cdb.Length;
        ExpectedDirection = expectedDirection;
        ExpectedLength = expectedLength;
        _expectedLength = expectedLength;
    }

    /// <summary>
    /// Ends the command with CHECK CONDITION. A driver may call it before <see cref="Session.Submit"/>, a handler in
    /// <see cref="IDevHandler.Parse"/> (the command then ends so at its turn, unless something else comes first) and
    /// while it executes the command.
    /// </summary>
    /// <param name="sense">Why.</param>
    public void Fail(in Sense sense)
    {
        if (Stage == CommandStage.Executing)
        {
            Leave(dataIn: 0);
            SetFailure(sense);
            _session.Engine.Pipeline.Resume(this);
        }
        else
        {
            SetFailure(sense);
        }
    }

    /// <summary>The handler has executed the command; all of the transfer that <see cref="SetTransfer"/> named was moved.</summary>
    /// <param name="status">GOOD, CONDITION MET, BUSY, TASK SET FULL or RESERVATION CONFLICT.</param>
    /// <exception cref="InvalidOperationException">
    /// The command is not being executed; for example, it was completed before. Or its segments do not cover its data-in.
    /// </exception>
    public void Complete(ScsiStatus status = ScsiStatus.Good)
    {
        int presented = status is ScsiStatus.Good or ScsiStatus.ConditionMet ? _transferLength : 0;
        Leave(presented);
        Status = status;
        _presentedLength = presented;
        _session.Engine.Pipeline.Resume(this);
    }

    /// <summary>The handler has executed the command and put fewer bytes into its segments than the CDB allows for.</summary>
    /// <param name="length">Bytes of data-in, from 0; may exceed what the initiator expects (that is an overflow).</param>
    /// <exception cref="InvalidOperationException">The command is not being executed.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public void CompleteDataIn(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int presented = Math.Min(length, _transferLength);
        Leave(presented);
        Status = ScsiStatus.Good;
        _presentedLength = presented;
        _session.Engine.Pipeline.Resume(this);
    }

    /// <summary>Copies parameter data into the command's segments, cut to the ALLOCATION LENGTH, and ends it with GOOD.</summary>
    /// <param name="data">The whole parameter data.</param>
    /// <exception cref="InvalidOperationException">The command is not being executed.</exception>
    public void Reply(ReadOnlySpan<byte> data)
    {
        CopyToSegments(data);
        CompleteDataIn(data.Length);
    }

    /// <summary>The driver has fetched the data-out that <see cref="ITargetDriver.RequestDataOut"/> asked for, or has stopped for an abort.</summary>
    /// <exception cref="InvalidOperationException">No data-out was asked for.</exception>
    public void DataOutReceived()
    {
        EndDataOut(received: true);
        _session.Engine.Pipeline.DataOutEnded(this);
    }

    /// <summary>The driver could not fetch the data-out: the command ends with CHECK CONDITION.</summary>
    /// <param name="sense">Why, e.g. ABORTED COMMAND with DATA PHASE ERROR.</param>
    /// <exception cref="InvalidOperationException">No data-out was asked for.</exception>
    public void DataOutFailed(in Sense sense)
    {
        EndDataOut(received: false);
        SetFailure(sense);
        _session.Engine.Pipeline.DataOutEnded(this);
    }

    /// <summary>
    /// The driver is done with the response: its last byte was handed to the service delivery subsystem, or the session
    /// is broken. Segments and command belong to the core again.
    /// </summary>
    /// <remarks>Commands that waited for this one's loan may be executed, and be answered, before this returns.</remarks>
    /// <param name="delivered">Whether the response was sent.</param>
    /// <exception cref="InvalidOperationException">No response was asked for.</exception>
    public void ResponseSent(bool delivered)
    {
        ResponseEnd end = EndResponse();
        if (end == ResponseEnd.HandlerIsLeft)
            _session.Engine.Aborts.DriverLeft(this);
        else
            _session.Engine.Pipeline.ResponseEnded(this, delivered, end == ResponseEnd.LentCommand);
    }

    /// <summary>
    /// In place of <see cref="ResponseSent"/>: a system call could not read the segments that the handler has lent (EFAULT),
    /// and no byte of the command's data or status was sent. The handler executes the command again by copying, and
    /// <see cref="ITargetDriver.SendResponse"/> is called for it once more, perhaps before this returns; an aborted command
    /// ends there as such.
    /// </summary>
    /// <exception cref="InvalidOperationException">No response was asked for, or its data-in was not lent.</exception>
    public void DataInFaulted()
    {
        bool goesOn = WithdrawResponse();
        _session.Engine.Pipeline.DataInFaulted(this, goesOn);
    }

    internal void Refuse(ScsiStatus status)
    {
        IsRefused = true;
        Status = status;
    }

    internal void CutCdb(int length) => _cdbLength = length;

    internal void SetFailure(in Sense sense)
    {
        _hasFailed = true;
        _sense = sense;
        Status = ScsiStatus.CheckCondition;
    }

    /// <summary>The command reports a unit attention condition, which it took from the queue of its nexus.</summary>
    internal void SetAttention(AdditionalSense condition)
    {
        TakenAttention = condition;
        SetFailure(Sense.UnitAttention(condition));
    }

    /// <summary>The response will not reach the initiator: a condition that it reports is still to be reported (SAM-6).</summary>
    internal void ReturnAttention()
    {
        if (TakenAttention == AdditionalSense.ReportedLunsDataHasChanged)
            _session.Inventory.TryEstablish();
        else if (TakenAttention is { } condition)
            Nexus!.Attention.Establish(condition);
        TakenAttention = null;
    }

    /// <summary>The failure found while parsing gives way to what has precedence.</summary>
    internal void ReplaceFailure(ScsiStatus status)
    {
        _hasFailed = false;
        Status = status;
    }

    internal void FormatSense(SenseFormat format)
    {
        _senseData ??= new byte[Sense.MaxLength];
        _senseLength = _sense.WriteTo(_senseData, format);
    }

    internal void Suppress() => SuppressResponse = true;

    internal void SetLatch(int count) => Volatile.Write(ref _latch, count);

    /// <summary>One of the things that the command waits for has come.</summary>
    /// <returns>Whether it was the last.</returns>
    internal bool OpenLatch() => Interlocked.Decrement(ref _latch) == 0;

    /// <summary>Makes the command as new, except for what is kept on purpose.</summary>
    internal void Reset()
    {
        Nexus = null;
        Descriptor = null;
        Stage = CommandStage.Received;
        Status = ScsiStatus.Good;
        _hasFailed = false;
        _senseLength = 0;
        SuppressResponse = false;
        UsesLatch = false;
        IsAdmitted = false;
        IsRefused = false;
        LendsDataOut = false;
        LendsDataIn = false;
        HasFaulted = false;
        IsEndedByAbort = false;
        WasGivenToHandler = false;
        TakenAttention = null;
        ResetData();
    }
}
