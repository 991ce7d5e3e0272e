using System;
using System.Collections.Generic;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tasks;
using Scst.Iscsi.Transport;
using Scst.Protocol;
using Residual = Scst.Iscsi.Protocol.ResidualCount;

namespace Scst.Iscsi.Sending;

/// <summary>
/// Writes a batch of outgoing items as PDUs, gathered into one send: headers and small data segments in the buffer, large ones
/// left where they are. Numbers are given here, so that they are in the order of the wire.
/// </summary>
internal sealed partial class BatchWriter
{
    /// <summary>So much is sent at once, so that commands do not keep their memory longer than need be.</summary>
    private const long LargestFlush = 1 << 20;

    /// <summary>A piece for what the buffer holds so far, one for data where it lies, one for what comes behind it.</summary>
    private const int LeastRoom = 3;

    private readonly IscsiSession _session;
    private readonly bool _headerDigest;
    private readonly bool _dataDigest;
    private readonly SendBuffer _buffer;
    private readonly SendVector _vector = new();
    private readonly List<IscsiTask> _writtenTasks = [];
    private readonly List<ControlPdu> _writtenControls = [];
    private bool _hasWrittenLent;
    private OutgoingItem? _next;
    private OutgoingItem? _item;
    private SerialNumber32 _statSN;
    private SerialNumber32 _expCmdSN;
    private SerialNumber32 _maxCmdSN;

    // The item at hand.
    private DataInPlan _plan;
    private bool _hasBegun;
    private bool _statusInData;
    private int _segment;
    private int _segmentOffset;

    // The data segment at hand, if it is sent from where it lies.
    private int _dataLength;
    private int _dataLeft;
    private Crc32C _crc;

    public BatchWriter(IscsiSession session, SerialNumber32 statSN)
    {
        _session = session;
        _statSN = statSN;
        _headerDigest = session.Parameters.HeaderDigest;
        _dataDigest = session.Parameters.DataDigest;
        _buffer = new SendBuffer(session.Node.Engine.BufferPool);
    }

    /// <summary>What is to be sent: headers and small data from the buffer, large data from where it lies.</summary>
    public SendVector Vector => _vector;

    public void Begin(OutgoingItem? head, SerialNumber32 expCmdSN, SerialNumber32 maxCmdSN)
    {
        _next = _session.AcceptsKernelSegments && HasLent(head) ? WithSolicitationsFirst(head) : head;
        _isSingly = false;
        _expCmdSN = expCmdSN;
        _maxCmdSN = maxCmdSN;
        _buffer.Prepare(_session.Connection.Transport.LongestCopy);
    }

    public void Rest() => _buffer.Release();

    /// <summary>Whether all of the batch is sent, once what is in the vector is.</summary>
    public bool IsDone => _item is null && _next is null;

    /// <summary>Writes the next part of the batch.</summary>
    public void MoveNext()
    {
        BeginMarks();
        while (true)
        {
            if (_item is null)
            {
                if (_next is null)
                    break;

                _item = _next;
                _next = _item.Next;
                _item.Next = null;
                _hasBegun = false;
                MarkBeginning(_item);
            }

            var step = _item switch
            {
                IscsiTask task => Write(task),
                Solicitation solicitation => Write(solicitation),
                _ => Write((ControlPdu)_item),
            };
            if (step == WriteStep.Flush)
                break;
            _item = null;
            if (_isSingly || Position >= LargestFlush)
                break;
        }

        // All that is written becomes part of what is to be sent.
        _vector.Add(_buffer.TakeUnsent());
        _flushed = _vector.Length;
    }

    /// <summary>Everything was sent: whatever ended in it is over.</summary>
    public void Flushed()
    {
        _buffer.Clear();
        ReleaseWritten(sent: true);
    }

    /// <summary>Nothing of the batch can be sent any more.</summary>
    public void Abandon()
    {
        _vector.Clear();
        while ((_item ?? _next) is { } item)
        {
            if (_item is null)
                _next = item.Next;
            _item = null;
            item.Next = null;
            if (item is IscsiTask task)
                AddWritten(task);
            else if (item is ControlPdu pdu)
                _writtenControls.Add(pdu);
        }

        ReleaseWritten(sent: false);
        _buffer.Release();
    }

    /// <summary>Data that is sent from where it lies, behind what the buffer holds by now.</summary>
    private void Gather(in SendPiece data)
    {
        _vector.Add(_buffer.TakeUnsent());
        _vector.Add(data);
    }

    private void ReleaseWritten(bool sent)
    {
        // Before the core has them, which may use them again.
        if (_hasWrittenLent)
            _session.Ledger.Sent(_writtenTasks);
        _hasWrittenLent = false;
        foreach (var task in _writtenTasks)
            task.Command.ResponseSent(delivered: sent);
        _writtenTasks.Clear();
        foreach (var pdu in _writtenControls)
            pdu.Release(sent);
        _writtenControls.Clear();
    }

    private void AddWritten(IscsiTask task)
    {
        _writtenTasks.Add(task);
        _hasWrittenLent |= task.IsLent;
    }

    private WriteStep Write(IscsiTask task)
    {
        var command = task.Command;
        if (!_hasBegun)
        {
            _hasBegun = true;
            _segment = 0;
            _segmentOffset = 0;
            _dataLeft = 0;
            _dataLength = 0;
            // A status without sense data travels with the last data (RFC 7143 11.7.3).
            _statusInData = command.DataInLength > 0 && command.Status == ScsiStatus.Good;
            _plan = new DataInPlan(
                (uint)command.DataInLength, _session.InitiatorMaxRecvDataSegmentLength, _session.Parameters.MaxBurstLength, _statusInData);
        }

        while (true)
        {
            if (_dataLength > 0)
            {
                while (_dataLeft > 0)
                {
                    if (_vector.Room < LeastRoom)
                        return WriteStep.Flush;
                    Gather(NextPiece(command, _dataLeft));
                }

                _buffer.EndData(_dataLength, ref _crc, _dataDigest);
                _dataLength = 0;
            }

            if (_plan.IsComplete)
                break;
            if (!TryWriteDataIn(task))
                return WriteStep.Flush;
        }

        if (!_statusInData && !TryWriteResponse(task))
            return WriteStep.Flush;
        AddWritten(task);
        return WriteStep.Done;
    }

    private bool TryWriteDataIn(IscsiTask task)
    {
        var command = task.Command;
        var plan = _plan;
        plan.TryNext(out var slice);
        var copies = !task.IsLent && slice.Length <= _buffer.CopyLimit;
        if (_buffer.Free < RoomFor(copies ? slice.Length : 0) || _vector.Room < LeastRoom)
            return false;
        _plan = plan;
        if (slice.HasStatus)
        {
            DataInPdu.WriteWithStatus(
                _buffer.Header(), task.InitiatorTaskTag, TakeNumbers(), slice.DataSN, slice.Offset, slice.Length,
                (byte)command.Status, ResidualOf(command));
        }
        else
        {
            DataInPdu.Write(_buffer.Header(), slice.Final, task.InitiatorTaskTag, Numbers(), slice.DataSN, slice.Offset, slice.Length);
        }

        _buffer.EndHeader(_headerDigest);
        _crc = default;
        if (!copies)
        {
            _dataLength = slice.Length;
            _dataLeft = slice.Length;
            return true;
        }

        for (var left = slice.Length; left > 0;)
        {
            var piece = NextPiece(command, left).Memory.Span;
            _buffer.Append(piece);
            left -= piece.Length;
        }

        _buffer.EndData(slice.Length, ref _crc, _dataDigest);
        return true;
    }

    /// <summary>The next contiguous bytes of the command's data, at most <paramref name="length"/>.</summary>
    private SendPiece NextPiece(ScsiCommand command, int length)
    {
        var segment = command.Segments[_segment];
        length = Math.Min(length, segment.Length - _segmentOffset);
        var piece = segment.Kind == SegmentKind.Memory
            ? new SendPiece(segment.Memory.Slice(_segmentOffset, length))
            : new SendPiece(segment.Address + _segmentOffset, length);
        _segmentOffset += piece.Length;
        if (_segmentOffset == segment.Length)
        {
            _segment++;
            _segmentOffset = 0;
        }

        _dataLeft = Math.Max(0, _dataLeft - piece.Length);
        if (_dataDigest)
            _crc.Append(piece.Memory.Span);
        return piece;
    }

    private bool TryWriteResponse(IscsiTask task)
    {
        var command = task.Command;
        var sense = command.SenseData;
        if (_buffer.Free < RoomFor(sense.Length + SenseDataSegment.SenseLengthSize))
            return false;
        var length = sense.IsEmpty ? 0 : sense.Length + SenseDataSegment.SenseLengthSize;
        var sent = task.DataOut is { } dataOut ? dataOut.Solicitation.Sent : _plan.NextDataSN;
        ScsiResponsePdu.Write(
            _buffer.Header(), task.InitiatorTaskTag, TakeNumbers(), ServiceResponse.CommandCompleted, (byte)command.Status,
            ResidualOf(command), sent, length,
            bidirectionalReadResidual: task.BidirectionalReadLength is { } read ? Residual.Between(read, 0) : default);
        _buffer.EndHeader(_headerDigest);
        if (length == 0)
            return true;
        var segment = _buffer.Take(length);
        SenseDataSegment.Write(segment, sense);
        EndWhole(segment);
        return true;
    }

    private WriteStep Write(Solicitation solicitation)
    {
        // Room first: an R2T that has been taken must be written.
        while (_buffer.Free >= RoomFor(0))
        {
            if (!_session.Ledger.TryNextReadyToTransfer(solicitation, out var slice, out var tag))
                return WriteStep.Done;
            var task = solicitation.Task;
            ReadyToTransferPdu.Write(
                _buffer.Header(), task.Lun, task.InitiatorTaskTag, tag, Numbers(), slice.R2TSN, slice.Offset, slice.Length);
            _buffer.EndHeader(_headerDigest);
        }

        return WriteStep.Flush;
    }

    private WriteStep Write(ControlPdu pdu)
    {
        var length = pdu.Data.Length;
        var copies = length <= _buffer.CopyLimit;
        if (_buffer.Free < RoomFor(copies ? length : 0) || _vector.Room < LeastRoom)
            return WriteStep.Flush;
        HeaderWriter.Stamp(pdu.Header, pdu.TakesStatSN ? TakeNumbers() : Numbers());
        pdu.Header.CopyTo(_buffer.Header());
        _buffer.EndHeader(_headerDigest);
        if (copies)
            _buffer.Append(pdu.Data.Span);
        else
            Gather(new SendPiece(pdu.Data));
        if (length > 0)
            EndWhole(pdu.Data.Span);
        _writtenControls.Add(pdu);
        return WriteStep.Done;
    }

    /// <summary>The end of a data segment that is whole in memory.</summary>
    private void EndWhole(ReadOnlySpan<byte> data)
    {
        var crc = default(Crc32C);
        if (_dataDigest)
            crc.Append(data);
        _buffer.EndData(data.Length, ref crc, _dataDigest);
    }

    private static int RoomFor(int dataLength) =>
        BasicHeader.Length + BasicHeader.Pad(dataLength) + (3 * BasicHeader.DigestLength);

    private static Residual ResidualOf(ScsiCommand command) => command.ResidualKind switch
    {
        ResidualKind.Underflow => new Residual(IscsiResidualKind.Underflow, command.ResidualCount),
        ResidualKind.Overflow => new Residual(IscsiResidualKind.Overflow, command.ResidualCount),
        _ => default,
    };

    private TargetNumbers Numbers() => new(_statSN, _expCmdSN, _maxCmdSN);

    private TargetNumbers TakeNumbers()
    {
        var numbers = Numbers();
        _statSN = _statSN.Next;
        return numbers;
    }
}
