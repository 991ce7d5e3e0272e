namespace Scst.Iscsi.Sending;

/// <summary>What the sender has to do for the writer to go on.</summary>
internal enum WriteStep : byte
{
    /// <summary>The batch is written and sent.</summary>
    Done = 0,

    /// <summary>Send what is in the buffer.</summary>
    Flush,

    /// <summary>Send what is in the buffer, and after it the memory of a command.</summary>
    Direct,
}
