using System;
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>
/// The store's part of one command: a loop over phases and pieces that goes on in the caller's context while the store answers at
/// once, and from the store's completion otherwise. Made once per pooled command, so that the steady state allocates nothing.
/// </summary>
internal sealed partial class DiskOperation : IThreadPoolWorkItem
{
    /// <summary>Most bytes that a verification reads at a time.</summary>
    internal const int LargestPiece = 1 << 20;

    /// <summary>How much a verification may read in the caller's context: that may be a receive loop.</summary>
    internal const int InlineBytes = 4 * LargestPiece;

    // Who goes on after a store operation that was not complete at once: the loop that began it, if the completion comes before
    // the loop has left. So a store that completes inside OnCompleted costs no stack.
    private const int Beginning = 0;
    private const int Left = 1;
    private const int Completed = 2;

    private readonly Action _resume;
    private ConfiguredValueTaskAwaitable<StoreStatus>.ConfiguredValueTaskAwaiter _awaiter;
    private int _handoff;
    private DiskMedium _medium = null!;
    private ScsiCommand _command = null!;
    private PowerState? _stops;
    private int _stop;
    private ScsiStatus _outcome;
    private DiskPhases _phases;
    private Comparison _comparison;
    private bool _isForced;
    private long _offset;
    private long _length;
    private long _moved;
    private int _segment;
    private int _inSegment;
    private int _piece;
    private int _inline;
    private byte[]? _scratch;
    private PageLoan _loan;
    private bool _isForcedPiece;
    private bool _looksAfterwards;
    private long _writtenFrom;

    private DiskOperation(ScsiCommand command)
    {
        _resume = Resume;
        Hold = new RangeHold(command);
    }

    /// <summary>The blocks that the command holds.</summary>
    internal RangeHold Hold { get; }

    private DiskPhases Phase => (DiskPhases)((int)_phases & -(int)_phases);

    /// <summary>The operation object of a command.</summary>
    internal static DiskOperation Of(ScsiCommand command)
    {
        if (command.HandlerState is DiskOperation operation)
            return operation;
        operation = new DiskOperation(command);
        command.HandlerState = operation;
        return operation;
    }

    /// <summary>Completes a read with pages of the store, which are the command's until it is freed.</summary>
    internal void Lend(ScsiCommand command, in PageLoan loan)
    {
        _loan = loan;
        command.AddSegment(DataSegment.FromAddress(loan.Address, command.DataLength));
        command.Complete();
    }

    /// <summary>Has a write received into pages of the store, which are the command's until it is freed.</summary>
    internal void LendForWriting(ScsiCommand command, in PageLoan loan)
    {
        _loan = loan;
        command.AddSegment(DataSegment.FromAddress(loan.Address, command.DataLength));
    }

    /// <summary>Nobody will touch the pages any more.</summary>
    internal void EndLoan()
    {
        PageLoan loan = _loan;
        _loan = default;
        loan.Return();
    }

    /// <summary>Does what a command asks for, and completes it.</summary>
    /// <param name="medium">Where.</param>
    /// <param name="command">The command; all of its segments are memory, or what was lent for writing.</param>
    /// <param name="phases">What.</param>
    /// <param name="offset">First byte in the store.</param>
    /// <param name="length">Bytes; for reads and writes those of the segments.</param>
    /// <param name="isForced">Whether what is written must be on stable storage in the end.</param>
    /// <param name="comparison">What a verification compares with, and what becomes of the data-out before it is written.</param>
    /// <param name="writtenFrom">Where in the data-out that begins which is written, in bytes.</param>
    internal void Start(
        DiskMedium medium,
        ScsiCommand command,
        DiskPhases phases,
        long offset,
        long length,
        bool isForced = false,
        Comparison comparison = Comparison.None,
        long writtenFrom = 0)
    {
        _medium = medium;
        _command = command;
        _stops = null;
        _outcome = ScsiStatus.Good;
        _phases = phases;
        _offset = offset;
        _length = length;
        _isForced = isForced;
        _comparison = comparison;
        _writtenFrom = writtenFrom;
        _inline = 0;
        // What had to be copied, although it could have been received in place, may be received there the next time.
        _looksAfterwards = phases == DiskPhases.Write && !_loan.IsLent && medium.Lender is { } lender
            && length >= lender.SmallestLoanForWriting && command.AcceptsKernelSegments;
        Rewind();
        Run();
    }

    /// <summary>Reads a range for nobody, so that it is in whatever cache the store has.</summary>
    /// <param name="medium">Where.</param>
    /// <param name="command">The command.</param>
    /// <param name="offset">First byte in the store.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="outcome">What the command ends with if all goes well.</param>
    internal void StartPreFetch(DiskMedium medium, ScsiCommand command, long offset, long length, ScsiStatus outcome)
    {
        _medium = medium;
        _command = command;
        _stops = null;
        _outcome = outcome;
        _phases = DiskPhases.Verify;
        _offset = offset;
        _length = length;
        _comparison = Comparison.None;
        _writtenFrom = 0;
        _inline = 0;
        Rewind();
        Run();
    }

    /// <summary>Flushes for a stop, which is taken back if that fails.</summary>
    internal void StartStop(DiskMedium medium, ScsiCommand command, PowerState power, int stop)
    {
        _medium = medium;
        _command = command;
        _stops = power;
        _stop = stop;
        _outcome = ScsiStatus.Good;
        _phases = DiskPhases.FlushBefore;
        _inline = 0;
        Run();
    }

    /// <summary>Goes on with a long verification outside the submitter's context.</summary>
    void IThreadPoolWorkItem.Execute() => Run();

    private void Run()
    {
        while (true)
        {
            if (_phases == DiskPhases.None)
            {
                ScsiStatus outcome = _outcome;
                _stops?.EndStop(_stop, isDone: true);
                Release().Complete(outcome);
                return;
            }
            if (_command.IsAborted && !IsHalfWritten)
            {
                // Nobody will see the outcome, but the state must fit it: a stop that did not flush is none.
                _stops?.EndStop(_stop, isDone: false);
                Release().Complete();
                return;
            }
            if (_inline >= InlineBytes)
            {
                _inline = 0;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
            if (!TryStep(out StoreStatus status) || !Absorb(status))
                return;
        }
    }

    /// <summary>Begins the next store operation.</summary>
    /// <returns>Whether it is over; if not, nothing may be touched any more, because it will go on elsewhere.</returns>
    private bool TryStep(out StoreStatus status)
    {
        try
        {
            SetAwaiter(BeginAsync());
            if (!_awaiter.IsCompleted)
            {
                Volatile.Write(ref _handoff, Beginning);
                _awaiter.UnsafeOnCompleted(_resume);
                if (Interlocked.CompareExchange(ref _handoff, Left, Beginning) == Beginning)
                {
                    status = default;
                    return false;
                }
            }
            status = TakeResult();
        }
        catch (Exception exception)
        {
            status = _medium.Fault(exception);
        }
        return true;
    }

    private void Resume()
    {
        if (Interlocked.Exchange(ref _handoff, Completed) != Left)
            return;
        StoreStatus status;
        try
        {
            status = TakeResult();
        }
        catch (Exception exception)
        {
            status = _medium.Fault(exception);
        }
        if (Absorb(status))
            Run();
    }

    private void SetAwaiter(ValueTask<StoreStatus> task) => _awaiter = task.ConfigureAwait(false).GetAwaiter();

    [SuppressMessage("Usage", "VSTHRD002", Justification = "Called only when the awaiter is completed, so nothing waits.")]
    private StoreStatus TakeResult()
    {
        StoreStatus status = _awaiter.GetResult();
        _awaiter = default;
        return status;
    }

    private ValueTask<StoreStatus> BeginAsync()
    {
        IBlockStore store = _medium.Store;
        switch (Phase)
        {
            case DiskPhases.Read:
                Memory<byte> destination = _command.Segments[_segment].Memory;
                _piece = destination.Length;
                return store.ReadAsync(_offset + _moved, destination);
            case DiskPhases.Write:
                return BeginWriteAsync(_command.Segments[_segment]);
            case DiskPhases.WriteAtomic:
                _piece = (int)_length;
                _isForcedPiece = _isForced;
                return _medium.BeginWriteAsync(_offset, _command.Segments[0].Memory.Slice(0, _piece), _isForced, isAtomic: true);
            case DiskPhases.Match or DiskPhases.Verify:
                _scratch ??= ArrayPool<byte>.Shared.Rent((int)Math.Min(_length, LargestPiece));
                _piece = (int)Math.Min(_length - _moved, LargestPiece);
                if (_comparison is Comparison.Data or Comparison.Union)
                    _piece = Math.Min(_piece, _command.Segments[_segment].Length - _inSegment);
                _inline += _piece;
                return store.ReadAsync(_offset + _moved, _scratch.AsMemory(0, _piece));
            default:
                return _medium.BeginFlushAsync();
        }
    }

    private ValueTask<StoreStatus> BeginWriteAsync(in DataSegment segment)
    {
        long offset = _offset + _moved;
        _piece = segment.Length - _inSegment;
        // Several pieces, and what the store did not write itself, are forced together, by one flush after the last.
        bool isInPlace = segment.Kind != SegmentKind.Memory;
        _isForcedPiece = _isForced && _piece == _length && !isInPlace;
        if (isInPlace)
            return new ValueTask<StoreStatus>(_medium.Lender!.Confirm(offset, _piece));
        // Part of a loan, and yet in memory: it could not be written there.
        if (_loan.IsLent)
            _medium.Lender!.Distrust(offset, _piece);
        return _medium.BeginWriteAsync(offset, segment.Memory.Slice(_inSegment), _isForcedPiece);
    }

    /// <summary>Takes the outcome of a store operation.</summary>
    /// <returns>False if the command has ended with it.</returns>
    private bool Absorb(StoreStatus status)
    {
        if (Phase is DiskPhases.FlushBefore or DiskPhases.FlushAfter)
            status = _medium.SettleFlush(status);
        else if (Phase is DiskPhases.Write or DiskPhases.WriteAtomic && _isForcedPiece)
            status = _medium.SettleForcedWrite(status);
        if (status != StoreStatus.Ok)
        {
            _stops?.EndStop(_stop, isDone: false);
            Release().Fail(StoreSense.Of(status));
            return false;
        }
        switch (Phase)
        {
            case DiskPhases.Read:
                _segment++;
                Advance();
                break;
            case DiskPhases.Write or DiskPhases.WriteAtomic:
                _segment++;
                _inSegment = 0;
                if (!Advance())
                    break;
                if (!_isForcedPiece && (_isForced || _medium.Cache.MustFlush()))
                    _phases |= DiskPhases.FlushAfter;
                if (_looksAfterwards)
                    _medium.Lender!.Written(_offset, (int)_length);
                break;
            case DiskPhases.Match or DiskPhases.Verify:
                int difference = FindDifference();
                if (difference >= 0)
                {
                    long at = _moved + difference;
                    Release().Fail(Sense.Miscompare((ulong)at));
                    return false;
                }
                Advance();
                break;
            default:
                EndPhase();
                break;
        }
        return true;
    }

    /// <returns>Whether the phase is over.</returns>
    private bool Advance()
    {
        _moved += _piece;
        if (_moved < _length)
            return false;
        EndPhase();
        return true;
    }

    private void EndPhase()
    {
        _phases &= ~Phase;
        Rewind();
    }

    private void Rewind()
    {
        _moved = 0;
        _segment = 0;
        _inSegment = 0;
        if (Phase == DiskPhases.Write)
            SkipData(_writtenFrom);
    }

    /// <summary>Lets go of everything: the command may be reused, with this object, as soon as it is completed.</summary>
    private ScsiCommand Release()
    {
        ScsiCommand command = _command;
        if (_scratch is { } scratch)
        {
            _scratch = null;
            ArrayPool<byte>.Shared.Return(scratch);
        }
        _command = null!;
        _medium = null!;
        _stops = null;
        Hold.Leave();
        return command;
    }
}
