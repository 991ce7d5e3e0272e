using System.Threading;

namespace Scst.Iscsi.Diagnostics;

/// <summary>
/// Counts of one connection. Each has one writer at a time (the receive side or the sender), so that counting costs no
/// interlocked operation; readers see a value that was right a moment ago.
/// </summary>
internal sealed class ConnectionCounters
{
    private long _bytesIn;
    private long _bytesOut;
    private long _commands;

    public long BytesIn => Interlocked.Read(ref _bytesIn);

    public long BytesOut => Interlocked.Read(ref _bytesOut);

    public long Commands => Interlocked.Read(ref _commands);

    public void Received(int bytes) => Volatile.Write(ref _bytesIn, _bytesIn + bytes);

    public void Sent(int bytes) => Volatile.Write(ref _bytesOut, _bytesOut + bytes);

    public void CommandDelivered() => Volatile.Write(ref _commands, _commands + 1);
}
