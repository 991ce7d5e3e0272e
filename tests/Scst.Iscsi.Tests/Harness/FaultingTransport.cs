using System;
using System.Net.Sockets;
using System.Threading.Tasks;
using Scst.Iscsi.Transport;

namespace Scst.Iscsi.Tests.Harness;

/// <summary>
/// A transport whose sends fail where a test says, at bytes that are in fact sound. How much of what precedes such bytes a
/// system call sends is nobody's promise, so a test says that too.
/// </summary>
internal sealed class FaultingTransport : ByteTransport
{
    private readonly ByteTransport _inner;
    private readonly Func<nint, bool> _isBad;
    private readonly Func<long, long> _progress;

    /// <param name="inner">What really sends.</param>
    /// <param name="isBad">Whether the page of an address cannot be read.</param>
    /// <param name="progress">How much is sent of so many good bytes before a bad one; 0 if the call is to fail.</param>
    public FaultingTransport(ByteTransport inner, Func<nint, bool> isBad, Func<long, long> progress)
    {
        _inner = inner;
        _isBad = isBad;
        _progress = progress;
    }

    public override int LongestCopy => _inner.LongestCopy;

    public override bool TakesAddresses => _inner.TakesAddresses;

    public override ValueTask<int> ReceiveAsync(Memory<byte> destination) => _inner.ReceiveAsync(destination);

    public override ValueTask<int> ReceiveAsync(ReceiveVector vector) => _inner.ReceiveAsync(vector);

    public override ValueTask WhenReadableAsync() => _inner.WhenReadableAsync();

    public override async ValueTask<int> SendAsync(SendVector vector)
    {
        var part = new SendVector();
        if (!TryFindBad(vector, out var good))
            return await _inner.SendAsync(vector);
        var left = _progress(good);
        if (left == 0)
            throw new SocketException((int)SocketError.Fault);
        foreach (var piece in vector.Pieces)
        {
            var length = (int)Math.Min(left, piece.Length);
            part.Add(piece.Slice(0, length));
            left -= length;
        }

        var sent = await _inner.SendAsync(part);
        vector.Advance(sent);
        return sent;
    }

    public override void ShutdownSend() => _inner.ShutdownSend();

    public override void Dispose() => _inner.Dispose();

    private bool TryFindBad(SendVector vector, out long good)
    {
        good = 0;
        foreach (var piece in vector.Pieces)
        {
            for (var offset = 0; piece.IsAddress && offset < piece.Length; offset++)
            {
                if (_isBad(piece.Address + offset))
                {
                    good += offset;
                    return true;
                }
            }

            good += piece.Length;
        }

        return false;
    }
}
