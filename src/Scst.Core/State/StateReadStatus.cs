namespace Scst;

/// <summary>What <see cref="IStateStore.ReadAsync"/> found.</summary>
public enum StateReadStatus
{
    /// <summary>The store did not answer, so it is not known what the record says, or whether there is one.</summary>
    Failed,

    /// <summary>There is no record.</summary>
    Absent,

    /// <summary>The record.</summary>
    Found,

    /// <summary>
    /// There is a record, but it is damaged or of an unknown version. Its owner must take what it said for lost, not for
    /// nothing.
    /// </summary>
    Unreadable,
}
