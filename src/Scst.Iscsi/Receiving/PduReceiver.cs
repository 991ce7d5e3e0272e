using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using Scst.Iscsi.Connections;
using Scst.Iscsi.Diagnostics;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Transport;

namespace Scst.Iscsi.Receiving;

/// <summary>
/// The receive loop of full feature phase: takes apart what one receive has brought, hands every PDU on, ends the burst, and
/// only then sleeps. It is one asynchronous method per connection, so that receiving allocates nothing.
/// </summary>
/// <remarks>
/// Short PDUs are received into the buffer, as many at once as there are. Long data segments are received to where they belong,
/// in one call with the header that follows; that it is followed by another such segment is likely, so no more than the header
/// is taken into the buffer, from where the data would have to be copied.
/// </remarks>
internal sealed class PduReceiver
{
    /// <summary>
    /// A data segment of at least this many bytes is received to where it belongs; with fewer it is cheaper to wait for the whole
    /// PDU in the buffer, together with what follows, and to copy.
    /// </summary>
    private const int LongSegment = 32 << 10;

    /// <summary>
    /// So many requests of one receive are answered together. An initiator that waits for the answers to all of them has nothing to do
    /// until the first come: with 4 KiB reads at depth 32 it and the target then take turns (110,000 to 160,000 commands/s on two
    /// cores; 188,000 with 4 to 12, at 3.2 instead of 2.6 us of CPU each). With few long answers it is better to have them in one
    /// send.
    /// </summary>
    private const int MostAnsweredTogether = 8;

    /// <summary>After so many bytes without a wait the answers go out, although more is there already.</summary>
    private const int LongestBurst = 256 << 10;

    private readonly IscsiSession _session;
    private readonly IscsiConnection _connection;
    private readonly ReceiveBuffer _buffer;
    private readonly PayloadStream _stream;
    private readonly PduDispatcher _dispatcher;
    private readonly bool _headerDigest;
    private readonly bool _dataDigest;
    private readonly int _maxDataSegmentLength;
    private readonly int _bareHeaderLength;
    private readonly ReceiveVector _vector = new();
    private bool _receivesMuch;
    private bool _expectsLongSegment;
    private int _needed;
    private bool _isInBurst;
    private int _burstLength;

    public PduReceiver(IscsiSession session)
    {
        _session = session;
        _connection = session.Connection;
        _buffer = _connection.Buffer;
        _stream = new PayloadStream(session.Node.Engine.BufferPool);
        _dispatcher = new PduDispatcher(session);
        _headerDigest = session.Parameters.HeaderDigest;
        _dataDigest = session.Parameters.DataDigest;
        _bareHeaderLength = BasicHeader.Length + (_headerDigest ? BasicHeader.DigestLength : 0);
        _maxDataSegmentLength = session.Parameters.TargetMaxRecvDataSegmentLength;
    }

    public async Task RunAsync()
    {
        try
        {
            while (true)
            {
                BeginBurst();
                var step = TakeApart();
                if (step == ReceiveStep.Stream)
                {
                    _buffer.Shrink();
                    _receivesMuch = false;
                    while (_stream.Remaining > 0)
                    {
                        _session.Watch.InPdu();
                        if (_stream.Locate(_vector, _buffer.Scratch))
                            _vector.Add(_buffer.FreeAtMost(_stream.TrailerLength + _bareHeaderLength));
                        int received;
                        try
                        {
                            var receive = _connection.Transport.ReceiveAsync(_vector);
                            EndBurst(unless: receive.IsCompleted);
                            received = await receive.ConfigureAwait(false);
                        }
                        catch (SocketException exception) when (
                            exception.SocketErrorCode == SocketError.Fault && _vector.AddressesEnd > 0)
                        {
                            // Nothing was taken; what was good has come before, or comes again.
                            _vector.Clear();
                            _stream.ReplaceLoan();
                            continue;
                        }

                        if (received == 0)
                            return;
                        Count(received);
                        _buffer.Received(received - _stream.Advance(_vector, received));
                        _vector.Clear();
                    }
                }
                else if (step == ReceiveStep.Fill && _expectsLongSegment)
                {
                    if (_buffer.Count == 0)
                        _buffer.Shrink();
                    var receive = _connection.Transport.ReceiveAsync(_buffer.FreeAtMost(_needed - _buffer.Count));
                    EndBurst(unless: receive.IsCompleted);
                    var received = await receive.ConfigureAwait(false);
                    if (received == 0)
                        return;
                    Count(received);
                    _buffer.Received(received);
                }
                else if (step == ReceiveStep.Fill)
                {
                    EndBurst();
                    if (_buffer.Count == 0 && (_buffer.IsLarge || _receivesMuch))
                    {
                        // Nobody should hold a large buffer only to wait: a receive of nothing tells when there is something.
                        _buffer.Shrink();
                        if (_receivesMuch)
                            await _connection.Transport.WhenReadableAsync().ConfigureAwait(false);
                    }

                    if (_receivesMuch)
                        _buffer.TryGrow();
                    var received = await _connection.Transport.ReceiveAsync(_buffer.Free).ConfigureAwait(false);
                    if (received == 0)
                        return;
                    Count(received);
                    _buffer.Received(received);
                    _receivesMuch = _buffer.IsFull || (_receivesMuch && received >= ReceiveBuffer.SmallCapacity);
                }
                else
                {
                    EndBurst();
                    if (step == ReceiveStep.Logout)
                        await _dispatcher.Logout.CarryOutAsync().ConfigureAwait(false);
                    return;
                }
            }
        }
        finally
        {
            _stream.Abandon();
            EndBurst();
        }
    }

    private void BeginBurst()
    {
        if (_isInBurst)
            return;
        _isInBurst = true;
        _session.Ledger.BeginBurst();
    }

    /// <summary>
    /// What has come is dealt with: it is answered now, <paramref name="unless"/> more is there already. However much that is,
    /// after some of it the answers go out.
    /// </summary>
    private void EndBurst(bool unless = false)
    {
        if (!_isInBurst || (unless && _burstLength < LongestBurst))
            return;
        _isInBurst = false;
        _burstLength = 0;
        try
        {
            _dispatcher.EndBurst();
        }
        catch (Exception exception)
        {
            // A receive may be under way, and must be over before anybody is told so: it ends when the connection does.
            _connection.Node.Log.ConnectionFailed(exception, _connection.Id);
            _connection.End(ConnectionEndReason.InternalError, "end of a burst");
        }
    }

    private void Count(int received)
    {
        _burstLength += received;
        _connection.Counters.Received(received);
        _session.Keeper.Received();
    }

    /// <summary>Deals with every PDU that is complete, and has some answered while there are more.</summary>
    private ReceiveStep TakeApart()
    {
        var left = MostAnsweredTogether;
        while (true)
        {
            if (left-- == 0)
            {
                left = MostAnsweredTogether;
                EndBurst();
                BeginBurst();
            }

            var step = _stream.IsActive ? EndStream() : TakePdu();
            if (step == ReceiveStep.Next)
                step = _dispatcher.TakeHeld();
            if (step != ReceiveStep.Next)
                return step;
        }
    }

    private ReceiveStep TakePdu()
    {
        var unread = _buffer.Unread;
        if (!BasicHeader.TryRead(unread, out var header))
            return Fill(_bareHeaderLength);
        var verdict = PduValidator.Check(header, _maxDataSegmentLength);
        if (verdict.Action == PduAction.Terminate && !_headerDigest)
            return End(ConnectionEndReason.ProtocolError, verdict.Fault.ToString());
        var headerLength = BasicHeader.Length + header.TotalAhsLength;
        var digestLength = _headerDigest ? BasicHeader.DigestLength : 0;
        if (unread.Length < headerLength + digestLength)
            return Fill(headerLength + digestLength);
        // With a digest nothing in the header is believed before it, except where the digest lies.
        if (_headerDigest && !Matches(unread[..headerLength], unread.Slice(headerLength, digestLength)))
            return End(ConnectionEndReason.HeaderDigestError, null);
        if (verdict.Action == PduAction.Terminate)
            return End(ConnectionEndReason.ProtocolError, verdict.Fault.ToString());

        var hasDigest = _dataDigest && header.DataSegmentLength > 0;
        var dataStart = headerLength + digestLength;
        var total = BasicHeader.Length + header.LengthAfterHeader(_headerDigest, _dataDigest);
        _expectsLongSegment = header.DataSegmentLength >= LongSegment;
        if (unread.Length < total)
        {
            if (!_expectsLongSegment && _buffer.TryReserve(total))
                return ReceiveStep.Fill;
            _stream.Begin(unread[..headerLength], header, hasDigest, verdict);
            _buffer.Consume(dataStart);
            return BeginStream();
        }

        var data = unread.Slice(dataStart, header.DataSegmentLength);
        var padded = unread[dataStart..(total - (hasDigest ? BasicHeader.DigestLength : 0))];
        var isIntact = !hasDigest || Matches(padded, unread.Slice(total - BasicHeader.DigestLength, BasicHeader.DigestLength));
        var step = _dispatcher.Dispatch(header, unread[BasicHeader.Length..headerLength], data, isIntact, verdict);
        _buffer.Consume(total);
        return step;
    }

    /// <summary>More is to come into the buffer: so many bytes of it, where no more is to be taken than is needed.</summary>
    private ReceiveStep Fill(int total)
    {
        _needed = total;
        _buffer.TryReserve(total);
        return ReceiveStep.Fill;
    }

    private ReceiveStep BeginStream()
    {
        var step = _dispatcher.BeginStream(_stream);
        if (step != ReceiveStep.Next)
            return step;
        var here = Math.Min(_buffer.Count, _stream.Remaining);
        _stream.Take(_buffer.Unread[..here]);
        _buffer.Consume(here);
        return _stream.Remaining > 0 ? ReceiveStep.Stream : ReceiveStep.Next;
    }

    private ReceiveStep EndStream()
    {
        if (_buffer.Count < _stream.TrailerLength)
            return Fill(_stream.TrailerLength + _bareHeaderLength);
        var isIntact = _stream.Verify(_buffer.Unread[.._stream.TrailerLength]);
        _buffer.Consume(_stream.TrailerLength);
        _session.Watch.PduComplete();
        var step = _dispatcher.EndStream(_stream, isIntact);
        _stream.Finish();
        return step;
    }

    private ReceiveStep End(ConnectionEndReason reason, string? detail)
    {
        _connection.End(reason, detail);
        return ReceiveStep.End;
    }

    private static bool Matches(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> digest)
    {
        var crc = default(Crc32C);
        crc.Append(bytes);
        return crc.Matches(digest);
    }
}
