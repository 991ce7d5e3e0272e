namespace Scst.Iscsi.Sending;

/// <summary>What follows from queueing something to be sent.</summary>
internal enum QueueResult : byte
{
    /// <summary>Somebody else will send it.</summary>
    Queued = 0,

    /// <summary>The caller must schedule the sender.</summary>
    WakeSender,

    /// <summary>A task management function has given up the response of the task, which is not known any more.</summary>
    Dropped,

    /// <summary>The connection is over and the item was not taken.</summary>
    Closed,
}
