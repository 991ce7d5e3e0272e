namespace Scst.Iscsi.Sending;

/// <summary>What the sender finds in the queue.</summary>
internal enum TakeResult : byte
{
    Taken = 0,

    /// <summary>Nothing; somebody will wake the sender.</summary>
    Empty,

    /// <summary>Nothing, and nothing will come.</summary>
    Closed,
}
