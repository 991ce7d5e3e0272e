using System;
using System.Collections.Generic;
using System.Text;

namespace Scst;

/// <summary>
/// The whole state of persistent reservations as text that a person can read and edit: one statement a line, words between
/// spaces; empty lines and those that begin with # say nothing.
/// </summary>
internal static class PersistentReservationText
{
    internal const string FirstLine = "persistent-reservation-dump 1";
    internal const string Lost = "information-lost";
    internal const string Generation = "generation";
    internal const string Aptpl = "persist-through-power-loss";
    internal const string RegistrationWord = "registration";
    internal const string ReservationWord = "reservation";
    internal const string AllRegistrants = "all-registrants";
    internal const string Yes = "yes";
    internal const string No = "no";
    internal const string KeyPrefix = "0x";
    internal const int KeyDigits = 16;

    /// <summary>Writes a state.</summary>
    internal static string Write(PersistentReservationState state)
    {
        var text = new StringBuilder(FirstLine).Append('\n');
        if (state.IsLost)
            return text.Append(Lost).Append('\n').ToString();
        text.Append(Invariant($"{Generation} {state.Generation}\n{Aptpl} {(state.Aptpl ? Yes : No)}\n"));
        text.Append("# registration: reservation key, relative target port identifier, initiator port\n");
        foreach (PersistentRegistration registration in state.Registrations)
            text.Append(Invariant($"{RegistrationWord} {KeyPrefix}{registration.Key:x16} {Write(registration.Nexus)}\n"));
        text.Append("# reservation: type, relative target port identifier and initiator port of the holder\n");
        if (state.Reservation is { } held)
            text.Append($"{ReservationWord} {held.Type} {(held.Holder is { } holder ? Write(holder) : AllRegistrants)}\n");
        return text.ToString();
    }

    /// <summary>Reads a text and validates it as a whole.</summary>
    /// <param name="text">The text.</param>
    /// <param name="before">The state that it is to replace. Whoever is registered in it may stay, whatever ports there are.</param>
    /// <param name="context">The ports there are, and whether there is a store.</param>
    /// <param name="state">The state; <see langword="null"/> if anything is wrong.</param>
    /// <param name="errors">All that is wrong, in the order of lines.</param>
    internal static bool TryRead(
        string text,
        PersistentReservationState before,
        PersistentReservationContext context,
        out PersistentReservationState? state,
        out IReadOnlyList<PersistentReservationTextError> errors)
    {
        var reader = new PersistentReservationTextReader(before, context);
        string[] lines = text.Split('\n');
        for (int index = 0; index < lines.Length; index++)
            reader.Read(index + 1, lines[index].TrimEnd('\r'));
        // What follows the last line feed is no line.
        int last = lines.Length > 1 && lines[lines.Length - 1].Length == 0 ? lines.Length - 1 : lines.Length;
        state = reader.End(last);
        errors = reader.Errors;
        return state is not null;
    }

    private static string Write(NexusId nexus) =>
        Invariant($"{nexus.RelativeTargetPort} {TransportIdText.Write(nexus.InitiatorPort)}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
