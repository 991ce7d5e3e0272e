namespace Scst.VDisk;

/// <summary>Somebody who wants everything written so far on stable storage; a link in the queue of a <see cref="FlushCombiner"/>.</summary>
internal abstract class FlushWaiter
{
    /// <summary>The combiner's, between enlisting and completion.</summary>
    internal FlushWaiter? Next { get; set; }

    /// <summary>Called once per enlisting, on the thread that flushed; must not block.</summary>
    internal abstract void FlushCompleted(StoreStatus status);
}
