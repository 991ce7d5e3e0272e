using System.Threading;

namespace Scst;

/// <summary>
/// The unit attention condition REPORTED LUNS DATA HAS CHANGED of a session. It is one for all logical units: whichever reports
/// it first, and REPORT LUNS to any of them, clears it for all (SPC-6 REPORT LUNS).
/// </summary>
internal sealed class InventoryAttention
{
    private int _pending;

    internal bool HasChanged => Volatile.Read(ref _pending) != 0;

    /// <returns>Whether the initiator has not been waiting to hear of it already.</returns>
    internal bool TryEstablish() => Interlocked.Exchange(ref _pending, 1) == 0;

    /// <summary>Takes the condition, for a command that reports it, or one by which the initiator learns all.</summary>
    internal bool TryTake() => HasChanged && Interlocked.Exchange(ref _pending, 0) != 0;
}
