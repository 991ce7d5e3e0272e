using System;
using System.Threading.Tasks;

namespace Scst.Iscsi.Transport;

/// <summary>
/// The byte stream of one connection. One receive and one send may be under way at the same time, each begun when the one
/// before is over; what they return is awaited once, and no operation allocates in the steady state.
/// </summary>
internal abstract class ByteTransport : IDisposable
{
    /// <summary>Up to how many bytes it costs less to copy a piece behind the one before than to gather it.</summary>
    public abstract int LongestCopy { get; }

    /// <summary>Whether what is sent and received may lie at addresses that only system calls may touch.</summary>
    public abstract bool TakesAddresses { get; }

    /// <summary>Receives what is there, at least one byte.</summary>
    /// <param name="destination">Where to; never empty. Not touched any more once the receive is over.</param>
    /// <returns>How many bytes came, or 0 if the peer has closed its side.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The connection is broken.</exception>
    /// <exception cref="ObjectDisposedException">The transport was disposed.</exception>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> destination);

    /// <summary>Receives what is there, at least one byte, to several places in order, or to the first ones of them.</summary>
    /// <param name="vector">Where to; never empty. Not touched any more once the receive is over.</param>
    /// <returns>
    /// How many bytes came, or 0 if the peer has closed its side. Where they end, and behind that, other bytes may have changed.
    /// </returns>
    /// <exception cref="System.Net.Sockets.SocketException">
    /// The connection is broken; or, with <see cref="System.Net.Sockets.SocketError.Fault"/>, an address among the places cannot
    /// be written: then nothing was received and the connection is as it was.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The transport was disposed.</exception>
    public abstract ValueTask<int> ReceiveAsync(ReceiveVector vector);

    /// <summary>Waits, without holding any memory, until a receive would end at once. Counts as the receive under way.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The connection is broken.</exception>
    /// <exception cref="ObjectDisposedException">The transport was disposed.</exception>
    public abstract ValueTask WhenReadableAsync();

    /// <summary>Sends some of what is gathered, at least one byte, and takes it off the vector.</summary>
    /// <param name="vector">What to send; not empty.</param>
    /// <returns>How many bytes were sent.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">
    /// The connection is broken; or, with <see cref="System.Net.Sockets.SocketError.Fault"/>, there is nothing to be read where the
    /// first byte, or one not far behind it, should lie: then nothing was sent and the connection is as it was.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The transport was disposed.</exception>
    public abstract ValueTask<int> SendAsync(SendVector vector);

    /// <summary>Tells the peer that nothing more will be sent.</summary>
    public abstract void ShutdownSend();

    /// <summary>Ends everything at once; what is under way ends with an exception. May be called at any time, from any thread.</summary>
    public abstract void Dispose();
}
