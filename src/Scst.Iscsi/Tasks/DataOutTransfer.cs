using System;
using System.Threading;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Sending;
using Scst.Iscsi.Transport;
using Scst.Protocol;

namespace Scst.Iscsi.Tasks;

/// <summary>
/// The data-out of one write command on its way into the command's segments. Data can come before the core asks for it
/// (a command that waits for its turn): it is then kept in pool buffers. The core may ask, or abort, on any thread while the
/// receive side is in the middle of a PDU; whoever is <em>busy</em> with the transfer acts on what the others have noted.
/// </summary>
internal sealed class DataOutTransfer
{
    // Somebody works on the transfer and owns every field below.
    private const int Busy = 1;

    // The core waits for the data: there are segments.
    private const int Requested = 2;

    // The core, or the end of the connection, has called the transfer off.
    private const int Aborted = 4;

    // The core was told the outcome; the segments are not ours any more.
    private const int Ended = 8;

    // The command has ended; nobody needs data that is still to come.
    private const int Over = 16;

    private readonly IscsiTask _task;
    private readonly Ledger _ledger;
    private readonly DataStash _stash;
    private int _word;
    private DataOutSequence _unsolicited;
    private DataOutSequence _solicited;
    private bool _isUnsolicitedOpen;
    private bool _isSolicitedOpen;
    private uint _received;
    private uint _length;
    private bool _hasFailed;
    private Sense _failure;
    private int _segment;
    private uint _segmentStart;
    private Destination _destination;

    public DataOutTransfer(IscsiTask task)
    {
        _task = task;
        _ledger = task.Session.Ledger;
        _stash = new DataStash(task.Session.Node.Engine.BufferPool);
        Solicitation = new Solicitation(task);
    }

    // Where the data of the PDU at hand goes.
    private enum Destination : byte
    {
        Nowhere,
        Segments,
        Stash,
    }

    public Solicitation Solicitation { get; }

    /// <summary>When the initiator last brought something, in ticks of the <see cref="Receiving.DataOutWatch"/>.</summary>
    public int WaitTick { get; set; }

    /// <summary>
    /// A new command: the receive side is busy with it until <see cref="EndPdu"/>.
    /// </summary>
    /// <param name="immediateLength">Bytes in the command PDU.</param>
    /// <param name="announced">Whether F is clear: unsolicited Data-Out PDUs follow.</param>
    /// <param name="expectedLength">Bytes the initiator wants to move.</param>
    /// <param name="firstBurstLength">As negotiated.</param>
    public void Begin(uint immediateLength, bool announced, uint expectedLength, uint firstBurstLength)
    {
        Volatile.Write(ref _word, Busy);
        _received = 0;
        _length = 0;
        _hasFailed = false;
        _isSolicitedOpen = false;
        _isUnsolicitedOpen = announced;
        if (announced)
            _unsolicited = DataOutSequence.Unsolicited(immediateLength, expectedLength, firstBurstLength);
        _stash.Begin(Math.Max(immediateLength, Math.Min(expectedLength, firstBurstLength)));
        Rewind();
    }

    /// <summary>The core asks for the data, perhaps inside <see cref="Session.Submit"/>.</summary>
    public void Request(uint length, bool connectionIsClosed)
    {
        Volatile.Write(ref _length, length);
        Note(connectionIsClosed ? Requested | Aborted : Requested);
    }

    /// <summary>The core calls the transfer off.</summary>
    public void Abort() => Note(Aborted);

    /// <summary>The core asks for a response: data that has not been asked for by now never will be.</summary>
    public void CommandEnded() => Note(Over);

    /// <summary>Whether nobody waits for the data any more.</summary>
    public bool IsCalledOff => (Volatile.Read(ref _word) & (Aborted | Ended | Over)) != 0 || _hasFailed;

    /// <summary>Waits until nobody else is busy; others are so only for the time of a copy.</summary>
    public void Acquire()
    {
        var spinner = default(SpinWait);
        while (!TryAcquire())
            spinner.SpinOnce();
    }

    /// <summary>Checks a Data-Out PDU against its sequence. The caller is busy and stays so if the PDU is right.</summary>
    public DataOutVerdict Accept(DataOutPdu pdu, int maxRecvDataSegmentLength)
    {
        var tag = pdu.TargetTransferTag;
        if (tag == BasicHeader.ReservedTag)
            return _isUnsolicitedOpen ? _unsolicited.Accept(pdu, maxRecvDataSegmentLength) : DataOutVerdict.Unexpected;
        if (!_isSolicitedOpen && !_ledger.TryGetHead(Solicitation, tag, out _solicited))
            return DataOutVerdict.WrongTag;
        _isSolicitedOpen = true;
        return _solicited.Accept(pdu, maxRecvDataSegmentLength);
    }

    /// <summary>The data of a PDU begins: decides where it goes.</summary>
    public void BeginPdu()
    {
        var word = Volatile.Read(ref _word);
        _destination = (word & (Ended | Over | Aborted)) != 0 || _hasFailed ? Destination.Nowhere
            : (word & Requested) != 0 ? Destination.Segments
            : Destination.Stash;
    }

    /// <summary>Where the next bytes belong; empty if they are not wanted.</summary>
    /// <param name="offset">Bytes from the beginning of the command's data.</param>
    public ReceivePiece Locate(uint offset)
    {
        if (_destination == Destination.Stash)
        {
            var memory = _stash.Locate(offset);
            if (memory.IsEmpty)
                Fail(Sense.AbortedCommand(AdditionalSense.InsufficientResources));
            return new ReceivePiece(memory);
        }

        return _destination == Destination.Segments && offset < _length ? LocateInSegments(offset) : default;
    }

    /// <summary>The data of a PDU that is wholly in memory.</summary>
    public void Write(uint offset, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var place = Locate(offset).AtMost(data.Length);
            if (place.IsEmpty)
                return;
            var count = place.Write(data[..place.Length]);
            if (count < place.Length)
                ReplaceLoan(offset + (uint)count);
            data = data[count..];
            offset += (uint)count;
        }
    }

    /// <summary>
    /// The bytes from <paramref name="offset"/> on cannot be written to the address that <see cref="Locate"/> gives: the core has
    /// another place for them, or the transfer fails.
    /// </summary>
    public void ReplaceLoan(uint offset)
    {
        if (_task.Command.TryReplaceLoan((int)offset))
            Rewind();
        else
            Fail(Sense.AbortedCommand(AdditionalSense.InsufficientResources));
    }

    /// <summary>The transfer cannot succeed; the rest of the data is awaited and dropped (RFC 7143 7.8 and 11.4.2).</summary>
    public void Fail(in Sense sense)
    {
        _destination = Destination.Nowhere;
        if (_hasFailed)
            return;
        _failure = sense;
        _hasFailed = true;
        _ledger.StopSoliciting(Solicitation);
    }

    /// <summary>
    /// The PDU is complete and the receive side not busy any more. The command may be over, and more than over, when this
    /// returns.
    /// </summary>
    /// <param name="end">Bytes from the beginning of the command's data to the end of the PDU's.</param>
    /// <param name="sequence">Which kind of sequence the PDU was the last of, if any.</param>
    public void EndPdu(uint end, SequenceEnd sequence)
    {
        _received = end;
        if (sequence == SequenceEnd.Unsolicited)
            _isUnsolicitedOpen = false;
        else if (sequence == SequenceEnd.Solicited)
            _isSolicitedOpen = false;
        if (sequence != SequenceEnd.None)
            _ledger.SequenceEnded(_task, sequence == SequenceEnd.Solicited);
        Settle();
    }

    /// <summary>The connection ends in the middle of a PDU.</summary>
    public void Abandon()
    {
        Interlocked.Or(ref _word, Aborted);
        Settle();
    }

    private void Note(int flag)
    {
        if ((Interlocked.Or(ref _word, flag) & Busy) == 0 && TryAcquire())
            Settle();
    }

    private bool TryAcquire() => (Interlocked.Or(ref _word, Busy) & Busy) == 0;

    /// <summary>Acts on what has been noted, then stops being busy, unless something was noted meanwhile.</summary>
    private void Settle()
    {
        while (true)
        {
            var word = Volatile.Read(ref _word);
            if ((word & (Over | Ended | Aborted)) != 0)
                _stash.Clear();
            var next = word & ~Busy;
            if ((word & (Requested | Ended)) == Requested)
            {
                var failed = (word & Aborted) != 0 || (_hasFailed && !_ledger.HasOpenSequences(Solicitation));
                if (failed || IsComplete())
                    next |= Ended;
            }

            if (Interlocked.CompareExchange(ref _word, next, word) != word)
                continue;
            // From here on another thread may be busy, and after the call the command may be in use again.
            if ((next & ~word & Ended) != 0)
                TellCore(word);
            return;
        }
    }

    private void TellCore(int word)
    {
        if ((word & Aborted) != 0)
            _task.Command.DataOutFailed(Sense.AbortedCommand(AdditionalSense.ITNexusLossOccurred));
        else if (_hasFailed)
            _task.Command.DataOutFailed(_failure);
        else
            _task.Command.DataOutReceived();
    }

    /// <summary>Takes in what was kept; if more is needed and nothing is announced, asks for it.</summary>
    /// <returns>Whether the core is to be told.</returns>
    private bool IsComplete()
    {
        if (_hasFailed)
            return false;
        if (!_stash.IsEmpty)
        {
            _destination = Destination.Segments;
            Rewind();
            _stash.MoveTo(this, _received);
            if (_hasFailed)
                return !_ledger.HasOpenSequences(Solicitation);
        }

        if (_isUnsolicitedOpen)
            return false;
        if (_received >= _length && !_ledger.HasOpenSequences(Solicitation))
            return true;
        WaitTick = _task.Session.Watch.Tick;
        _ledger.Solicit(Solicitation, _received, _length);
        _task.Session.Watch.Arm();
        return false;
    }

    private void Rewind()
    {
        _segment = 0;
        _segmentStart = 0;
    }

    private ReceivePiece LocateInSegments(uint offset)
    {
        var segments = _task.Command.Segments;
        if (offset < _segmentStart)
            Rewind();
        while (offset - _segmentStart >= (uint)segments[_segment].Length)
            _segmentStart += (uint)segments[_segment++].Length;
        var segment = segments[_segment];
        var start = (int)(offset - _segmentStart);
        return segment.Kind == SegmentKind.Memory
            ? new ReceivePiece(segment.Memory[start..])
            : new ReceivePiece(segment.Address + start, segment.Length - start);
    }
}
