using System;
using System.Threading.Tasks;

namespace Scst;

/// <content>What an operator can do to persistent reservations.</content>
public sealed partial class LogicalUnit
{
    /// <summary>
    /// The whole state of the persistent reservations as text that a person can read and edit, and
    /// <see cref="RestorePersistentReservationsAsync"/> takes.
    /// </summary>
    /// <returns>Lines of ASCII text, each with a line feed at its end.</returns>
    /// <example>
    /// <code>
    /// persistent-reservation-dump 1
    /// generation 5
    /// persist-through-power-loss yes
    /// # registration: reservation key, relative target port identifier, initiator port
    /// registration 0x0000000000000abc 1 iscsi:iqn.2026-01.example:a,i,0x00023d000001
    /// registration 0x0000000000000def 2 sas:500000000000000a
    /// # reservation: type, relative target port identifier and initiator port of the holder
    /// reservation WriteExclusiveRegistrantsOnly 1 iscsi:iqn.2026-01.example:a,i,0x00023d000001
    /// </code>
    /// </example>
    /// <remarks>
    /// Initiator ports are <c>iscsi:NAME,i,0xISID</c>, <c>fc:</c>, <c>sas:</c> or <c>srp:</c> with the identifier, or <c>bytes:</c>
    /// with all bytes of the TransportID, each in hexadecimal. Of all registrants types the holder is <c>all-registrants</c>. If
    /// the information was lost, the second line is <c>information-lost</c> and there is no other. Comments and the order of lines
    /// behind the first do not matter; the order of registrations is that of PERSISTENT RESERVE IN.
    /// </remarks>
    public string DumpPersistentReservations() => PersistentReservationText.Write(PersistentReservations.State);

    /// <summary>
    /// Replaces the whole state of the persistent reservations by that of a text, also where the information was lost and commands
    /// end in PERSISTENT RESERVATION INFORMATION LOST (SPC-6, recoverable loss of persistent reservation information). It takes its
    /// turn among PERSISTENT RESERVE OUT commands.
    /// </summary>
    /// <remarks>
    /// The text is validated as a whole against the target ports of that moment. A registration through a target port that does
    /// not show the logical unit, or has another transport, is refused unless it is there already. PRGENERATION becomes that of
    /// the text if the information was lost; otherwise it never goes back, and goes on by at least one if anything changes.
    /// Initiators that lose a registration, or with it a reservation, get a unit attention: RESERVATIONS PREEMPTED if nobody is
    /// registered any more or another holds what they held, REGISTRATIONS PREEMPTED, or RESERVATIONS RELEASED. Commands that run
    /// already are not aborted; those that have not had their turn meet the new state.
    /// </remarks>
    /// <param name="text">What <see cref="DumpPersistentReservations"/> returns, perhaps edited.</param>
    /// <returns>
    /// What became of it. If the state is to survive a loss of power, or did until now, it is on stable storage before this ends in
    /// <see cref="PersistentReservationRestoreStatus.Restored"/>.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="InvalidOperationException">
    /// The handler passes commands through: <see cref="DeviceDescription.HasPersistentReservations"/> is false.
    /// </exception>
    public ValueTask<PersistentReservationRestoreResult> RestorePersistentReservationsAsync(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(PersistentReservations.RestoreAsync(text));
    }
}
