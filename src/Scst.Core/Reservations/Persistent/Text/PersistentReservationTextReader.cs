using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Scst.Protocol;
using static Scst.PersistentReservationText;

namespace Scst;

/// <summary>Reads the lines of one text, and remembers everything that is wrong with them.</summary>
internal sealed class PersistentReservationTextReader(PersistentReservationState before, PersistentReservationContext context)
{
    private static readonly char[] _spaces = [' ', '\t'];

    private readonly List<PersistentReservationTextError> _errors = [];
    private readonly List<PersistentRegistration> _registrations = [];
    private readonly Dictionary<NexusId, int> _lineOf = [];
    private (PersistentReservation Reservation, int Line)? _reservation;
    private uint? _generation;
    private bool? _aptpl;
    private bool _hasFirstLine;
    private bool _hasReservation;
    private bool _hasGeneration;
    private bool _hasAptpl;

    /// <summary>All that is wrong, in the order of lines.</summary>
    internal IReadOnlyList<PersistentReservationTextError> Errors => [.. _errors.OrderBy(error => error.Line)];

    internal void Read(int line, string text)
    {
        string[] words = text.Split(_spaces, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0][0] == '#')
            return;
        if (!_hasFirstLine)
        {
            _hasFirstLine = true;
            if (string.Join(" ", words) != FirstLine)
                Refuse(line, $"the first statement must be \"{FirstLine}\"");
            return;
        }
        switch (words[0])
        {
            case Generation:
                ReadGeneration(line, words);
                break;
            case Aptpl:
                ReadAptpl(line, words);
                break;
            case RegistrationWord:
                ReadRegistration(line, words);
                break;
            case ReservationWord:
                ReadReservation(line, words);
                break;
            case Lost:
                Refuse(line, "lost information cannot be restored");
                break;
            default:
                Refuse(line, $"\"{words[0]}\" means nothing here");
                break;
        }
    }

    /// <summary>There are no more lines.</summary>
    /// <param name="lastLine">The number of the last one, for what is missing.</param>
    /// <returns>The state; <see langword="null"/> if anything is wrong.</returns>
    internal PersistentReservationState? End(int lastLine)
    {
        if (!_hasFirstLine)
            Refuse(lastLine, $"the first statement must be \"{FirstLine}\"");
        if (!_hasGeneration)
            Refuse(lastLine, $"\"{Generation}\" is missing");
        if (!_hasAptpl)
            Refuse(lastLine, $"\"{Aptpl}\" is missing");
        if (_reservation is { } held)
            CheckHolder(held.Reservation, held.Line);
        return _errors.Count > 0
            ? null
            : new(_registrations, _reservation?.Reservation, GenerationAfter(_generation!.Value), _aptpl!.Value);
    }

    private void ReadGeneration(int line, string[] words)
    {
        bool isNumber = uint.TryParse(
            words.ElementAtOrDefault(1), NumberStyles.None, CultureInfo.InvariantCulture, out uint generation);
        if (IsOnce(line, words, ref _hasGeneration) && HasWords(line, words, 2) && !isNumber)
            Refuse(line, $"the generation \"{words[1]}\" is not in 0 to {uint.MaxValue}");
        _generation = generation;
    }

    private void ReadAptpl(int line, string[] words)
    {
        if (!IsOnce(line, words, ref _hasAptpl) || !HasWords(line, words, 2))
            return;
        _aptpl = words[1] == Yes;
        if (words[1] is not (Yes or No))
            Refuse(line, $"\"{words[1]}\" is neither \"{Yes}\" nor \"{No}\"");
        else if (words[1] == Yes && !context.CanPersist)
            Refuse(line, "there is no store, so nothing survives a loss of power");
    }

    private void ReadRegistration(int line, string[] words)
    {
        if (!HasWords(line, words, 4))
            return;
        ulong key = ReadKey(line, words[1]);
        if (ReadNexus(line, words[2], words[3]) is not { } nexus)
            return;
        if (_lineOf.TryGetValue(nexus, out int other))
        {
            Refuse(line, $"this I_T nexus is registered in line {other} already");
            return;
        }
        _lineOf.Add(nexus, line);
        _registrations.Add(new(nexus, key));
        if (_registrations.Count > context.MaxRegistrations && _registrations.Count > before.Registrations.Count)
            Refuse(line, $"there are more than {context.MaxRegistrations} registrations");
        // One who is registered already stays, as REGISTER has it, even if its target port is gone meanwhile.
        if (!before.KeyOf(nexus).HasValue && !context.TargetPorts.Contains((nexus.RelativeTargetPort, nexus.InitiatorPort.Protocol)))
            Refuse(line, $"no initiator port of this transport reaches the logical unit through target port {nexus.RelativeTargetPort}");
    }

    private void ReadReservation(int line, string[] words)
    {
        if (!IsOnce(line, words, ref _hasReservation))
            return;
        // Numbers are names to Enum.TryParse, but not here.
        bool isType = Enum.TryParse(words.ElementAtOrDefault(1), out PersistentReservationType type)
            && type.IsDefined() && type.ToString() == words[1];
        bool isOfAll = words.Length == 3 && words[2] == AllRegistrants;
        if (!isOfAll && !HasWords(line, words, 4))
            return;
        if (!isType)
            Refuse(line, $"\"{words[1]}\" is no type of a persistent reservation");
        NexusId? holder = isOfAll ? null : ReadNexus(line, words[2], words[3]);
        if (isType && isOfAll != type.IsAllRegistrants())
            Refuse(line, isOfAll ? "this type has one holder" : $"this type is held by \"{AllRegistrants}\"");
        else if (isType && isOfAll != holder.HasValue)
            _reservation = (new PersistentReservation(type, holder), line);
    }

    private void CheckHolder(PersistentReservation reservation, int line)
    {
        if (reservation.Holder is { } holder ? !_lineOf.ContainsKey(holder) : _lineOf.Count == 0)
            Refuse(line, "the holder is not registered");
    }

    private ulong ReadKey(int line, string word)
    {
        bool hasForm = word.Length == KeyPrefix.Length + KeyDigits && word.StartsWith(KeyPrefix, StringComparison.Ordinal);
        if (!hasForm || !HexText.TryRead(Encoding.ASCII.GetBytes(word.Substring(KeyPrefix.Length)), out byte[] bytes))
        {
            Refuse(line, $"the reservation key \"{word}\" is not {KeyPrefix} with {KeyDigits} hexadecimal digits");
            return 0;
        }
        ulong key = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        if (key == 0)
            Refuse(line, "a reservation key of zero registers nobody");
        return key;
    }

    private NexusId? ReadNexus(int line, string portWord, string initiatorWord)
    {
        bool isPort = ushort.TryParse(portWord, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port != 0;
        if (!isPort)
            Refuse(line, $"the relative target port identifier \"{portWord}\" is not in 1 to {ushort.MaxValue}");
        bool isInitiator = TransportIdText.TryRead(initiatorWord, out TransportId? initiator);
        if (!isInitiator)
            Refuse(line, $"\"{initiatorWord}\" is no initiator port");
        else if (initiator!.IsIscsiDevice)
            Refuse(line, $"\"{initiatorWord}\" names an iSCSI node and none of its ports; there is no \",i,0x\" with an ISID");
        return isPort && isInitiator && !initiator!.IsIscsiDevice ? new NexusId(initiator, port) : null;
    }

    /// <summary>
    /// PRGENERATION of the text; but it must not stand still or go back when something changes, or those who compare it would
    /// take what they know for what is there.
    /// </summary>
    private uint GenerationAfter(uint stated)
    {
        if (before.IsLost || stated == before.Generation && IsUnchanged())
            return stated;
        bool isAhead = unchecked((int)(stated - before.Generation)) > 0;
        return isAhead ? stated : unchecked(before.Generation + 1);
    }

    private bool IsUnchanged() =>
        _reservation?.Reservation == before.Reservation && _aptpl == before.Aptpl && _registrations.SequenceEqual(before.Registrations);

    private bool IsOnce(int line, string[] words, ref bool isThere)
    {
        if (isThere)
            Refuse(line, $"\"{words[0]}\" is there already");
        bool isOnce = !isThere;
        isThere = true;
        return isOnce;
    }

    private bool HasWords(int line, string[] words, int count)
    {
        if (words.Length != count)
            Refuse(line, $"\"{words[0]}\" takes {count - 1} words and has {words.Length - 1}");
        return words.Length == count;
    }

    private void Refuse(int line, string message) => _errors.Add(new(line, message));
}
