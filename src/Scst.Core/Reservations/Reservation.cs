namespace Scst;

/// <summary>An immutable snapshot of who holds a logical unit; commands check it without a lock.</summary>
internal abstract class Reservation
{
    /// <summary>Whether this command ends in RESERVATION CONFLICT.</summary>
    internal abstract bool ConflictsWith(ScsiCommand command);

    /// <summary>Whether the reservation is gone when this nexus is.</summary>
    internal abstract bool EndsWith(LunNexus nexus);
}
