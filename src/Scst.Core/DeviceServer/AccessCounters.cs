using System.Threading;

namespace Scst;

/// <summary>
/// How much one I_T_L nexus has read and written. Each nexus counts for itself, so that connections do not contend for the counters.
/// </summary>
internal sealed class AccessCounters
{
    private long _reads;
    private long _writes;
    private long _blocksReceived;
    private long _blocksTransmitted;

    internal void CountRead(long blocks)
    {
        Interlocked.Increment(ref _reads);
        Interlocked.Add(ref _blocksTransmitted, blocks);
    }

    internal void CountWrite(long blocks)
    {
        Interlocked.Increment(ref _writes);
        Interlocked.Add(ref _blocksReceived, blocks);
    }

    internal AccessTotals Read() => new(
        Interlocked.Read(ref _reads),
        Interlocked.Read(ref _writes),
        Interlocked.Read(ref _blocksReceived),
        Interlocked.Read(ref _blocksTransmitted));
}
