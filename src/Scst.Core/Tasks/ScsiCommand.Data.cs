using System;
using Scst.Protocol;

namespace Scst;

/// <content>What the command moves, and the segments it moves it through.</content>
public sealed partial class ScsiCommand
{
    private DataSegment[] _segments = new DataSegment[1];
    private int _segmentCount;
    private DataBuffer?[] _buffers = new DataBuffer?[1];
    private int _bufferCount;
    private int _transferLength;
    private int _presentedLength;
    private uint? _expectedLength;

    /// <summary>Which way the initiator expects data to move.</summary>
    public DataDirection ExpectedDirection { get; private set; }

    /// <summary>How many bytes the initiator expects to move; null where the transport does not say.</summary>
    public uint? ExpectedLength { get; private set; }

    /// <summary>Which way the CDB moves data.</summary>
    public DataDirection Direction { get; private set; }

    /// <summary>How many bytes the CDB asks to move.</summary>
    public int TransferLength => _transferLength;

    /// <summary>
    /// How many bytes there is room for on the initiator's side, rounded up to whole blocks for data-in: what a handler
    /// should move. Never above <see cref="TransferLength"/>.
    /// </summary>
    public int DataLength { get; private set; }

    /// <summary>How many bytes of data-out the driver has to fetch.</summary>
    public int DataOutLength => Direction == DataDirection.FromInitiator ? DataLength : 0;

    /// <summary>How many bytes of data-in the driver has to send, from the start of <see cref="Segments"/>.</summary>
    public int DataInLength { get; private set; }

    /// <summary>The segments of the command's data, in order.</summary>
    public ReadOnlySpan<DataSegment> Segments => new(_segments, 0, _segmentCount);

    /// <summary>The first segment: where small parameter data lies contiguous (it holds at least 1 MiB or all of the data).</summary>
    /// <exception cref="InvalidOperationException">The command has no segment or a kernel-only one.</exception>
    public Span<byte> FirstSegment => _segmentCount > 0
        ? _segments[0].Span
        : throw new InvalidOperationException("The command has no data.");

    /// <summary>How the transferred length differs from the expected one.</summary>
    public ResidualKind ResidualKind { get; private set; }

    /// <summary>By how many bytes it differs.</summary>
    public uint ResidualCount { get; private set; }

    /// <summary>Whether the driver takes kernel-only segments for this command.</summary>
    public bool AcceptsKernelSegments => !HasFaulted && _session.AcceptsKernelSegments;

    /// <summary>Called in <see cref="IDevHandler.Parse"/>: what the CDB moves.</summary>
    /// <param name="direction">Which way.</param>
    /// <param name="length">How many bytes; 0 for none.</param>
    /// <param name="blockLength">
    /// The unit of the transfer in bytes, at least 1. A write whose initiator expects less than the CDB says, and not
    /// whole units, is refused with ILLEGAL REQUEST, INVALID FIELD IN COMMAND INFORMATION UNIT.
    /// </param>
    /// <remarks>
    /// More than <see cref="ScsiEngineOptions.MaxTransferBytes"/> ends in ILLEGAL REQUEST, INVALID FIELD IN CDB. Data-out
    /// for a command whose initiator expects data-in ends in ILLEGAL REQUEST, INVALID FIELD IN COMMAND INFORMATION UNIT;
    /// data-in for one that sends data moves nothing and is a residual overflow.
    /// </remarks>
    public void SetTransfer(DataDirection direction, long length, int blockLength = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockLength);
        if (length == 0 || direction == DataDirection.None)
            return;
        if (length > _session.Engine.Options.MaxTransferBytes)
        {
            SetFailure(Sense.InvalidFieldInCdb(Descriptor?.TransferLength.Offset ?? 0));
            return;
        }
        _transferLength = (int)length;
        Direction = direction;
        bool contradicts = ExpectedLength > 0 && ExpectedDirection != direction;
        if (contradicts && direction == DataDirection.FromInitiator)
        {
            SetFailure(Sense.IllegalRequest(AdditionalSense.InvalidFieldInCommandInformationUnit));
            return;
        }
        // An initiator that sends data has no room for data-in: all of it is residual overflow.
        if (contradicts)
            _expectedLength = 0;
        long moved = Math.Min(length, _expectedLength ?? length);
        long partial = moved % blockLength;
        if (partial != 0 && direction == DataDirection.FromInitiator)
        {
            _presentedLength = _transferLength;
            SetFailure(Sense.IllegalRequest(AdditionalSense.InvalidFieldInCommandInformationUnit));
            return;
        }
        DataLength = (int)(partial == 0 ? moved : moved - partial + blockLength);
    }

    /// <summary>
    /// Adds a segment that the handler lends until the command is freed. Called in <see cref="IDataOutLender.TryLend"/> and,
    /// by an <see cref="IDataInLender"/>, while it executes a command that it wanted to lend to.
    /// </summary>
    /// <param name="segment">The next piece of the data.</param>
    /// <exception cref="InvalidOperationException">
    /// Nothing is being lent to the command, or the segment is kernel-only and the driver does not take such.
    /// </exception>
    public void AddSegment(in DataSegment segment)
    {
        // At any other time the command has pool buffers, or gets them: the segment would lie behind them.
        if (!(LendsDataOut && Stage == CommandStage.Checked) && !(IsBorrowingDataIn && _bufferCount == 0))
            throw new InvalidOperationException("The command is not borrowing.");
        if (segment.Kind != SegmentKind.Memory && !AcceptsKernelSegments)
            throw new InvalidOperationException("The driver does not take kernel-only segments for this command.");
        Append(segment);
    }

    /// <summary>
    /// Called by an <see cref="IDataInLender"/> while it executes a command that it wanted to lend to, in place of
    /// <see cref="AddSegment"/>: takes pool buffers for <see cref="DataLength"/> bytes, as other commands have them from the
    /// start.
    /// </summary>
    /// <returns>
    /// False at the pool's cap: the command was ended with TASK SET FULL or BUSY and is not the handler's any more.
    /// </returns>
    /// <exception cref="InvalidOperationException">The command is not being executed, or has segments.</exception>
    public bool TryTakeBuffers()
    {
        if (!IsBorrowingDataIn || _segmentCount > 0)
            throw new InvalidOperationException("The command has its buffers, or is not being executed.");
        if (TryRentBuffers(_session.Engine.BufferPool, DataLength))
            return true;
        Complete(Admission.StatusFor(Nexus!));
        return false;
    }

    /// <summary>
    /// Called by a driver while it fetches data-out: a system call could not write the segments that the handler has lent
    /// (EFAULT). What is lent is kept for the bytes that are in their place, pool buffers take the rest, and the handler writes
    /// those by copying; the driver goes on with the new <see cref="Segments"/>, which do not fault.
    /// </summary>
    /// <param name="offset">
    /// How many bytes, from the start of the data, are in their place: from 0 to less than <see cref="DataOutLength"/>. Whatever
    /// came behind them, and is not received again, is lost.
    /// </param>
    /// <returns>
    /// False at the pool's cap: nothing has changed. The driver drops the rest of the data and says so with
    /// <see cref="DataOutFailed"/>.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// The command's data-out is not being fetched, or not to what was lent; for example, it was replaced before.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is out of range.</exception>
    public bool TryReplaceLoan(int offset)
    {
        if (!LendsDataOut || !IsFetchingDataOut || _bufferCount > 0)
            throw new InvalidOperationException("The command does not receive into what was lent.");
        if (offset < 0 || offset >= DataOutLength)
            throw new ArgumentOutOfRangeException(nameof(offset));
        int lent = _segmentCount;
        if (!TryRentBuffers(_session.Engine.BufferPool, DataLength - offset))
            return false;
        HasFaulted = true;
        int kept = 0;
        for (int left = offset; left > 0; left -= _segments[kept++].Length)
            _segments[kept] = _segments[kept].Truncate(left);
        int rented = _segmentCount - lent;
        Array.Copy(_segments, lent, _segments, kept, rented);
        Array.Clear(_segments, kept + rented, lent - kept);
        _segmentCount = kept + rented;
        return true;
    }

    private bool IsBorrowingDataIn => LendsDataIn && Stage == CommandStage.Executing;

    private void Append(in DataSegment segment)
    {
        if (_segmentCount == _segments.Length)
            Array.Resize(ref _segments, _segmentCount * 2);
        _segments[_segmentCount++] = segment;
    }

    /// <summary>Data-out must have its place exactly once.</summary>
    /// <exception cref="InvalidOperationException">The handler has lent too little, or something although it says that it has not.</exception>
    internal void CheckLoan(bool isLent)
    {
        long covered = 0;
        foreach (DataSegment segment in Segments)
            covered += segment.Length;
        if (!_hasFailed && (isLent ? covered < DataOutLength : covered > 0))
            throw new InvalidOperationException($"The handler lent {covered} bytes for {DataOutLength} and says {isLent}.");
    }

    /// <summary>Data-in that is to be sent must be there: a segment that was forgotten must not become a GOOD.</summary>
    private void CheckCovered(int dataIn)
    {
        long covered = 0;
        foreach (DataSegment segment in Segments)
            covered += segment.Length;
        if (covered < Math.Min(dataIn, DataLength))
            throw new InvalidOperationException($"The command has segments for {covered} bytes of {dataIn}.");
    }

    /// <summary>Takes pool buffers for so many bytes, behind the segments that the command has.</summary>
    /// <returns>False at the pool's cap; the command then holds none.</returns>
    internal bool TryRentBuffers(DataBufferPool pool, int length)
    {
        int before = _segmentCount;
        int left = length;
        while (left > 0)
        {
            int piece = Math.Min(left, DataBufferPool.LargestBuffer);
            DataBuffer? buffer = pool.TryRent(piece);
            if (buffer is null)
            {
                ReturnBuffers(pool, before);
                return false;
            }
            if (_bufferCount == _buffers.Length)
                Array.Resize(ref _buffers, _bufferCount * 2);
            _buffers[_bufferCount++] = buffer;
            Append(DataSegment.FromBuffer(buffer, piece));
            left -= piece;
        }
        return true;
    }

    /// <summary>Gives all buffers back, and forgets the segments but for the first ones.</summary>
    internal void ReturnBuffers(DataBufferPool pool, int keptSegments = 0)
    {
        for (int i = 0; i < _bufferCount; i++)
        {
            pool.Return(_buffers[i]!);
            _buffers[i] = null;
        }
        _bufferCount = 0;
        Array.Clear(_segments, keptSegments, _segmentCount - keptSegments);
        _segmentCount = keptSegments;
    }

    /// <summary>Settles data-in length and residual once the outcome is known (SAM-6; RFC 7143 11.4.5).</summary>
    internal void SettleTransfer()
    {
        // An aborted command moves none of the data that it had ready.
        long moved = IsEndedByAbort && Direction == DataDirection.ToInitiator ? 0 : _presentedLength;
        long expected = _expectedLength ?? moved;
        DataInLength = Direction == DataDirection.ToInitiator ? (int)Math.Min(moved, expected) : 0;
        if (moved == expected)
            return;
        ResidualKind = moved > expected ? ResidualKind.Overflow : ResidualKind.Underflow;
        ResidualCount = (uint)Math.Abs(moved - expected);
    }

    /// <summary>Copies parameter data to the segments, as much as there is room for.</summary>
    private void CopyToSegments(ReadOnlySpan<byte> data)
    {
        foreach (DataSegment segment in Segments)
        {
            int piece = Math.Min(segment.Length, data.Length);
            data.Slice(0, piece).CopyTo(segment.Span);
            data = data.Slice(piece);
        }
    }

    /// <summary>What was lent cannot be sent: the command has no segments again, and nothing of what was settled holds.</summary>
    private void DropLoan()
    {
        HasFaulted = true;
        ReturnBuffers(_session.Engine.BufferPool);
        UnsettleTransfer();
    }

    private void UnsettleTransfer()
    {
        _presentedLength = 0;
        DataInLength = 0;
        ResidualKind = ResidualKind.None;
        ResidualCount = 0;
    }

    private void ResetData()
    {
        Direction = DataDirection.None;
        _transferLength = 0;
        DataLength = 0;
        UnsettleTransfer();
    }
}
