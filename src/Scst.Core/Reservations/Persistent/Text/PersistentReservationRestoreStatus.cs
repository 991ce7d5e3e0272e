namespace Scst;

/// <summary>What became of <see cref="LogicalUnit.RestorePersistentReservationsAsync"/>.</summary>
public enum PersistentReservationRestoreStatus
{
    /// <summary>
    /// The logical unit has the state of the text, and if it is to survive a loss of power it is on stable storage.
    /// </summary>
    Restored,

    /// <summary>The text is refused, for the reasons in <see cref="PersistentReservationRestoreResult.Errors"/>; nothing has changed.</summary>
    Invalid,

    /// <summary>
    /// An initiator holds the logical unit by RESERVE(6) or RESERVE(10), beside which nobody changes persistent reservations
    /// (SPC-2, reservations); nothing has changed.
    /// </summary>
    Reserved,

    /// <summary>The state store failed, or has the record of another writer; the text changed nothing. Try again.</summary>
    NotStored,
}
