namespace Scst;

/// <summary>What became of a record in <see cref="IStateStore.WriteAsync"/>.</summary>
public enum StateWriteStatus
{
    /// <summary>The store failed, and the record is what it was.</summary>
    Failed,

    /// <summary>The new record is there and stays there.</summary>
    Stored,

    /// <summary>The record has another revision than was expected; nothing has changed. Read it again.</summary>
    Conflict,

    /// <summary>
    /// The store failed, and the record is the old one or the new one. Read it again: what is read then is what it stays.
    /// </summary>
    Uncertain,
}
