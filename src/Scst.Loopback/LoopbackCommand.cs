using System;
using System.Threading;
using Scst.Protocol;

namespace Scst.Loopback;

/// <summary>
/// A command as its initiator holds it: filled in, submitted with <see cref="LoopbackInitiator.Submit"/>, and used again
/// after it has completed. Submitting one costs no heap allocation.
/// </summary>
/// <remarks>It belongs to the driver from submission to completion; nothing may be changed then.</remarks>
public sealed class LoopbackCommand
{
    private static long _lastTag;

    private readonly Action<LoopbackCommand>? _completed;
    private ReadOnlyMemory<byte> _cdb;
    private LoopbackInitiator? _initiator;
    private ScsiCommand? _heldDataOut;
    private ScsiCommand? _heldResponse;
    private byte[] _senseData = [];
    private ScsiStatus _status;
    private ResidualKind _residualKind;
    private bool _noResponse;
    private int _dataInLength;
    private uint _residualCount;
    private int _inFlight;

    /// <summary>Makes a command.</summary>
    /// <param name="completed">
    /// Called once for each submission: at the end of the burst for what completed inside it, else by the thread that
    /// completed it. Never called inside <see cref="LoopbackInitiator.Submit"/>, and never twice at once for one
    /// initiator. It may submit commands, this one too; it must not block and must not throw.
    /// </param>
    public LoopbackCommand(Action<LoopbackCommand>? completed = null)
    {
        _completed = completed;
        Tag = (ulong)Interlocked.Increment(ref _lastTag);
    }

    internal LoopbackCommand(PendingExecution execution)
        : this() => Execution = execution;

    /// <summary>The command identifier: unique in the process, and always the same for this object.</summary>
    public ulong Tag { get; }

    /// <summary>The CDB, 1 to 260 bytes; longer than the operation code needs is allowed.</summary>
    /// <exception cref="ArgumentException">The value is empty or longer than 260 bytes.</exception>
    public ReadOnlyMemory<byte> Cdb
    {
        get => _cdb;
        set => _cdb = value.Length is > 0 and <= 260 ? value : throw new ArgumentException("A CDB has 1 to 260 bytes.", nameof(value));
    }

    /// <summary>The LUN field.</summary>
    public Lun Lun { get; set; }

    /// <summary>The task attribute (SAM-6 8.5).</summary>
    public TaskAttribute TaskAttribute { get; set; }

    /// <summary>Where data-out is taken from; what the target asks for beyond its end is zeros.</summary>
    public ReadOnlyMemory<byte> DataOut { get; set; }

    /// <summary>Where data-in is put; what does not fit is dropped.</summary>
    public Memory<byte> DataIn { get; set; }

    /// <summary>
    /// Which way the initiator says that data moves; null to say what <see cref="DataOut"/> and <see cref="DataIn"/> say.
    /// </summary>
    public DataDirection? ExpectedDirection { get; set; }

    /// <summary>
    /// How many bytes the initiator says that it expects to move; null for the length of <see cref="DataOut"/> or
    /// <see cref="DataIn"/>. Without memory but with a length, data-in is dropped and data-out is zeros: the cost of a
    /// command can be measured without the cost of copying its data.
    /// </summary>
    public uint? ExpectedLength { get; set; }

    /// <summary>Whether data-out is held back until <see cref="DeliverDataOut"/> or <see cref="FailDataOut"/>; for tests.</summary>
    public bool HoldsDataOut { get; set; }

    /// <summary>Whether the response is held back on its way until <see cref="DeliverResponse"/>; for tests.</summary>
    public bool HoldsResponse { get; set; }

    /// <summary>For the initiator: its own object beside this command.</summary>
    public object? State { get; set; }

    /// <summary>Whether the target waits for the data-out that is held back.</summary>
    public bool IsDataOutHeld => Volatile.Read(ref _heldDataOut) is not null;

    /// <summary>Whether the target has answered and the response is held back.</summary>
    public bool IsResponseHeld => Volatile.Read(ref _heldResponse) is not null;

    /// <summary>Whether the command is not on its way: it has completed or was never submitted.</summary>
    public bool IsCompleted => Volatile.Read(ref _inFlight) == 0;

    /// <summary>How the command ended; meaningful once it has completed, until it is submitted again.</summary>
    public LoopbackResult Result => new()
    {
        Status = _status,
        SenseData = _senseData,
        DataInLength = _dataInLength,
        ResidualKind = _residualKind,
        ResidualCount = _residualCount,
        NoResponse = _noResponse,
    };

    internal PendingExecution? Execution { get; }

    /// <summary>The link of the list of completed commands.</summary>
    internal LoopbackCommand? Next { get; set; }

    /// <summary>Lets the data-out that is held back come.</summary>
    /// <exception cref="InvalidOperationException">None is held back; for example, the command was aborted.</exception>
    public void DeliverDataOut()
    {
        ScsiCommand command = TakeHeldDataOut();
        CopyDataOut(command);
        command.DataOutReceived();
    }

    /// <summary>Lets the data-out that is held back fail on its way.</summary>
    /// <param name="sense">What the target is to report.</param>
    /// <exception cref="InvalidOperationException">None is held back; for example, the command was aborted.</exception>
    public void FailDataOut(in Sense sense)
    {
        TakeHeldDataOut().DataOutFailed(sense);
    }

    /// <summary>Lets the response that is held back arrive, or be lost on its way.</summary>
    /// <param name="delivered">Whether it arrives.</param>
    /// <exception cref="InvalidOperationException">None is held back; for example, the session ended.</exception>
    public void DeliverResponse(bool delivered = true)
    {
        if (!TryDeliverResponse(delivered))
            throw new InvalidOperationException("No response is held back.");
    }

    internal bool TryDeliverResponse(bool delivered)
    {
        if (Interlocked.Exchange(ref _heldResponse, null) is not { } command)
            return false;
        _initiator!.Forget(this);
        Finish(command, delivered);
        return true;
    }

    internal void Begin(LoopbackInitiator initiator)
    {
        if (_cdb.IsEmpty)
            throw new InvalidOperationException("The command has no CDB.");
        if (ExpectedDirection is null && !DataOut.IsEmpty && !DataIn.IsEmpty)
            throw new InvalidOperationException("A command moves data one way only.");
        if (_inFlight != 0)
            throw new InvalidOperationException("The command was submitted already.");
        _inFlight = 1;
        _initiator = initiator;
        _senseData = [];
    }

    /// <summary>Fills the core's command and submits it.</summary>
    internal void SubmitTo(Session session)
    {
        ScsiCommand command = session.RentCommand();
        command.DriverState = this;
        DataDirection direction = ExpectedDirection ?? (!DataIn.IsEmpty
            ? DataDirection.ToInitiator
            : DataOut.IsEmpty ? DataDirection.None : DataDirection.FromInitiator);
        uint length = ExpectedLength ?? (direction == DataDirection.ToInitiator ? (uint)DataIn.Length : (uint)DataOut.Length);
        command.Initialize(Tag, Lun, _cdb.Span, TaskAttribute, direction, length);
        session.Submit(command);
    }

    internal void RequestDataOut(ScsiCommand command)
    {
        if (!HoldsDataOut)
        {
            CopyDataOut(command);
            command.DataOutReceived();
            return;
        }
        Interlocked.Exchange(ref _heldDataOut, command);
        // An abort that came before found nothing to stop.
        if (command.IsAborted)
            AbortDataOut(command);
    }

    /// <summary>Stops the data-out that is held back; one that is being copied ends by itself at once.</summary>
    /// <remarks>An abort may come late, when this object is in use again for another command of the core.</remarks>
    internal void AbortDataOut(ScsiCommand command)
    {
        if (Interlocked.CompareExchange(ref _heldDataOut, null, command) == command)
            command.DataOutReceived();
    }

    internal void Respond(ScsiCommand command)
    {
        if (!HoldsResponse || command.SuppressResponse)
        {
            Finish(command, delivered: true);
            return;
        }
        _initiator!.Remember(this);
        Interlocked.Exchange(ref _heldResponse, command);
        // A close that came before found nothing to drop.
        if (_initiator.IsClosed)
            TryDeliverResponse(delivered: false);
    }

    /// <summary>The target never got the command, or the session broke.</summary>
    internal void EndWithoutResponse()
    {
        _noResponse = true;
        _initiator!.Complete(this);
    }

    internal void MarkCompleted() => Volatile.Write(ref _inFlight, 0);

    internal void CallBack()
    {
        MarkCompleted();
        _completed?.Invoke(this);
    }

    private ScsiCommand TakeHeldDataOut() => Interlocked.Exchange(ref _heldDataOut, null)
        ?? throw new InvalidOperationException("No data-out is held back.");

    private void Finish(ScsiCommand command, bool delivered)
    {
        _noResponse = command.SuppressResponse || !delivered;
        if (!_noResponse)
        {
            _status = command.Status;
            _dataInLength = command.DataInLength;
            _residualKind = command.ResidualKind;
            _residualCount = command.ResidualCount;
            if (_status == ScsiStatus.CheckCondition)
                _senseData = command.SenseData.ToArray();
            if (_dataInLength > 0 && !DataIn.IsEmpty)
                CopyDataIn(command);
        }
        command.ResponseSent(delivered);
        _initiator!.Complete(this);
    }

    private void CopyDataIn(ScsiCommand command)
    {
        Span<byte> destination = DataIn.Span;
        int left = Math.Min(_dataInLength, destination.Length);
        foreach (DataSegment segment in command.Segments)
        {
            ArraySegment<byte> source = segment.Array;
            int piece = Math.Min(left, source.Count);
            new ReadOnlySpan<byte>(source.Array, source.Offset, piece).CopyTo(destination);
            destination = destination.Slice(piece);
            left -= piece;
            if (left == 0)
                return;
        }
    }

    private void CopyDataOut(ScsiCommand command)
    {
        ReadOnlySpan<byte> source = DataOut.Span;
        int left = command.DataOutLength;
        foreach (DataSegment segment in command.Segments)
        {
            ArraySegment<byte> room = segment.Array;
            Span<byte> destination = new(room.Array, room.Offset, Math.Min(left, room.Count));
            int piece = Math.Min(source.Length, destination.Length);
            source.Slice(0, piece).CopyTo(destination);
            destination.Slice(piece).Clear();
            source = source.Slice(piece);
            left -= destination.Length;
        }
    }
}
