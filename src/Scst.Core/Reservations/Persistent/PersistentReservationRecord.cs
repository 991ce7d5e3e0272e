using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// The record of persistent reservations that survives a loss of power (SPC-6, preserving persistent reservations and
/// registrations through power loss): lines of ASCII text, with a version first and a CRC32C of all before it last. There is a
/// record only while persist through power loss is activated, and PRGENERATION is not in it, since power on makes it zero.
/// </summary>
/// <remarks>
/// <code>
/// persistent-reservations 1
/// registration PORT KEY TRANSPORTID     for each: decimal; 16 digits; all its bytes in hexadecimal
/// reservation TYPE HOLDER               if there is one: decimal; the number of the holder's line from 0, or "all"
/// crc32c CHECKSUM                       8 digits
/// </code>
/// </remarks>
internal static class PersistentReservationRecord
{
    private const string FirstLine = "persistent-reservations 1\n";
    private const string Registration = "registration";
    private const string Reservation = "reservation";
    private const string Checksum = "crc32c";
    private const string AllRegistrants = "all";
    private const int ChecksumLineLength = 6 + 1 + 8 + 1;

    /// <summary>Writes the record of a state in which persist through power loss is activated.</summary>
    internal static byte[] Write(PersistentReservationState state)
    {
        var text = new StringBuilder(FirstLine);
        int holder = -1;
        for (int index = 0; index < state.Registrations.Count; index++)
        {
            PersistentRegistration registration = state.Registrations[index];
            if (state.Reservation?.Holder == registration.Nexus)
                holder = index;
            string initiatorPort = HexText.Of(registration.Nexus.InitiatorPort.Bytes);
            text.Append(Invariant($"{Registration} {registration.Nexus.RelativeTargetPort} {registration.Key:x16} {initiatorPort}\n"));
        }
        if (state.Reservation is { } reservation)
            text.Append(Invariant($"{Reservation} {(byte)reservation.Type} {(holder < 0 ? AllRegistrants : Invariant($"{holder}"))}\n"));
        uint checksum = Crc32C.Compute(Encoding.ASCII.GetBytes(text.ToString()));
        text.Append(Invariant($"{Checksum} {checksum:x8}\n"));
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>What is to be stored of a state: the record that there is none, unless it is to survive a loss of power.</summary>
    internal static ReadOnlyMemory<byte> OfOrEmpty(PersistentReservationState state) =>
        state.Aptpl ? Write(state) : ReadOnlyMemory<byte>.Empty;

    /// <summary>The state that a record gives after power on.</summary>
    /// <param name="record">The record; empty: there is none.</param>
    /// <returns>
    /// What <see cref="Write"/> wrote, or nothing for an empty record; <see cref="PersistentReservationState.Lost"/> for
    /// anything else, so that damage locks everybody out and lets nobody in.
    /// </returns>
    internal static PersistentReservationState Read(ReadOnlySpan<byte> record)
    {
        if (record.IsEmpty)
            return PersistentReservationState.Empty;
        return TryRead(record, out PersistentReservationState? state) ? state! : PersistentReservationState.Lost;
    }

    private static bool TryRead(ReadOnlySpan<byte> record, out PersistentReservationState? state)
    {
        state = null;
        if (record.Length < FirstLine.Length + ChecksumLineLength)
            return false;
        uint checksum = Crc32C.Compute(record.Slice(0, record.Length - ChecksumLineLength));
        string[] lines = Encoding.ASCII.GetString(record.ToArray()).Split('\n');
        // The text ends with a line feed, so the last piece is empty.
        if (lines[0] + "\n" != FirstLine || lines[lines.Length - 1].Length != 0
            || lines[lines.Length - 2] != Invariant($"{Checksum} {checksum:x8}"))
        {
            return false;
        }
        try
        {
            var registrations = new List<PersistentRegistration>();
            PersistentReservation? reservation = null;
            for (int index = 1; index < lines.Length - 2; index++)
            {
                string[] words = lines[index].Split(' ');
                if (words[0] == Registration && words.Length == 4 && TryReadRegistration(words, out PersistentRegistration registration))
                    registrations.Add(registration);
                else if (words[0] == Reservation && words.Length == 3 && TryReadReservation(
                    words,
                    registrations,
                    out PersistentReservation held))
                    reservation = held;
                else
                    return false;
            }
            state = new PersistentReservationState(registrations, reservation, 0, aptpl: true);
        }
        catch (ArgumentException)
        {
            return false;
        }
        // One state has one text: what is said twice, in another order or in another way was not written here.
        return record.SequenceEqual(Write(state));
    }

    private static bool TryReadRegistration(string[] words, out PersistentRegistration registration)
    {
        registration = default;
        if (!ushort.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            || !ulong.TryParse(words[2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong key)
            || !HexText.TryRead(Encoding.ASCII.GetBytes(words[3]), out byte[] bytes)
            || !TransportId.TryParse(bytes, out TransportId? initiatorPort, out int length) || length != bytes.Length)
        {
            return false;
        }
        registration = new(new NexusId(initiatorPort, port), key);
        return true;
    }

    private static bool TryReadReservation(
        string[] words, List<PersistentRegistration> registrations, out PersistentReservation reservation)
    {
        reservation = default;
        if (!byte.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out byte type))
            return false;
        NexusId? holder = null;
        if (words[2] != AllRegistrants)
        {
            if (!int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= registrations.Count)
                return false;
            holder = registrations[index].Nexus;
        }
        reservation = new((PersistentReservationType)type, holder);
        return true;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
