using System;
using System.Threading;

namespace Scst;

/// <content>The transitions of <see cref="CommandWord"/>.</content>
public sealed partial class ScsiCommand
{
    private const long EndClears = CommandWord.PhaseMask | CommandWord.Counted | CommandWord.HoldsOthersBack;

    internal long ReadWord() => Volatile.Read(ref _word);

    internal bool IsFetchingDataOut => (ReadWord() & CommandWord.FetchingDataOut) != 0;

    internal bool IsResponding => (ReadWord() & CommandWord.Responding) != 0;

    /// <summary>Whether the command has not been freed since its word was <paramref name="word"/>.</summary>
    internal bool IsSameUse(long word) =>
        ReadWord() / CommandWord.Generation == word / CommandWord.Generation && CommandWord.PhaseOf(ReadWord()) != CommandWord.Free;

    /// <summary>Compare-and-swap; on failure <paramref name="word"/> is what is there now.</summary>
    internal bool TryExchange(ref long word, long next)
    {
        long seen = Interlocked.CompareExchange(ref _word, next, word);
        if (seen == word)
            return true;
        word = seen;
        return false;
    }

    /// <summary>The driver submits: task management can find the command from here on.</summary>
    internal void MarkPending()
    {
        long word = _word;
        if (CommandWord.PhaseOf(word) != CommandWord.Free)
            throw new InvalidOperationException("The command was submitted already.");
        Volatile.Write(ref _word, ((word & ~(CommandWord.Generation - 1)) + CommandWord.Generation) | CommandWord.Pending);
    }

    /// <summary>Undoes <see cref="MarkPending"/>, unless somebody has found the command meanwhile and waits for it.</summary>
    internal bool TryBackOut()
    {
        long word = Volatile.Read(ref _word);
        return CommandWord.PhaseOf(word) == CommandWord.Pending
            && (word & CommandWord.Aborted) == 0
            && TryExchange(ref word, word & ~CommandWord.PhaseMask);
    }

    /// <summary>
    /// Changes the phase unless the command was aborted. A full fence: what is read afterwards was not read before.
    /// </summary>
    /// <returns>False if the command was aborted; the phase is then unchanged.</returns>
    internal bool TryEnterPhase(int phase)
    {
        long word = Volatile.Read(ref _word);
        do
        {
            if ((word & CommandWord.Aborted) != 0)
                return false;
        }
        while (!TryExchange(ref word, (word & ~CommandWord.PhaseMask) | (uint)phase));
        return true;
    }

    /// <summary>Changes the phase and flags whatever happened; returns the word before.</summary>
    internal long ChangePhase(int phase, long set = 0, long clear = 0)
    {
        long word = Volatile.Read(ref _word);
        while (!TryExchange(ref word, (word & ~(CommandWord.PhaseMask | clear)) | (uint)phase | set))
        {
        }
        return word;
    }

    /// <summary>Tries to count a command that is inside the gate, for whoever closed it.</summary>
    internal bool TryCount(LunNexus nexus)
    {
        long word = Volatile.Read(ref _word);
        while (true)
        {
            // The generation in the word makes the swap fail if the command was reused after Nexus was read.
            if (CommandWord.PhaseOf(word) != CommandWord.Enabled || (word & CommandWord.Counted) != 0 || Nexus != nexus)
                return false;
            if (TryExchange(ref word, word | CommandWord.Counted))
                return true;
        }
    }

    /// <summary>The command will not touch the medium any more.</summary>
    /// <exception cref="InvalidOperationException">The command is not being executed.</exception>
    private void Leave()
    {
        if (Stage != CommandStage.Executing || !TryEndExecution())
            throw new InvalidOperationException("The command is not being executed; was it completed before?");
        Stage = CommandStage.Done;
    }

    /// <summary>Of a handler's threads that complete a command at once, for example for an abort, the word lets one.</summary>
    private bool TryEndExecution()
    {
        long word = Volatile.Read(ref _word);
        do
        {
            if (CommandWord.PhaseOf(word) != CommandWord.Enabled)
                return false;
        }
        while (!TryExchange(ref word, (word & ~EndClears) | CommandWord.Ended));
        WordAtEnd = word;
        return true;
    }

    internal void EndPhase() => WordAtEnd = ChangePhase(CommandWord.Ended, clear: EndClears);

    /// <summary>Marks that the driver fetches data-out, unless the command was aborted.</summary>
    internal bool TryBeginDataOut()
    {
        long word = Volatile.Read(ref _word);
        do
        {
            if ((word & CommandWord.Aborted) != 0)
                return false;
        }
        while (!TryExchange(ref word, word | CommandWord.FetchingDataOut));
        return true;
    }

    private void EndDataOut(bool received)
    {
        long word = Volatile.Read(ref _word);
        do
        {
            if ((word & CommandWord.FetchingDataOut) == 0)
                throw new InvalidOperationException("No data-out was asked for.");
        }
        while (!TryExchange(ref word, word & ~CommandWord.FetchingDataOut));
        if (received)
            _presentedLength = _transferLength;
    }

    internal void BeginResponse()
    {
        long word = Volatile.Read(ref _word);
        while (!TryExchange(ref word, word | CommandWord.Responding))
        {
        }
    }

    /// <summary>
    /// Aborts the command if it is still in the task set, and asks to be told when it ends and when it is freed.
    /// </summary>
    /// <param name="belongs">Looks again whether this is the command meant; the answer holds if the swap succeeds.</param>
    /// <param name="reason">Why.</param>
    /// <param name="before">The word before: the phase says what is still to come.</param>
    /// <returns>False if the command is not meant or not alive.</returns>
    internal bool TryAbort(Func<ScsiCommand, bool> belongs, AbortReason reason, out long before)
    {
        before = Volatile.Read(ref _word);
        while (true)
        {
            int phase = CommandWord.PhaseOf(before);
            if (phase == CommandWord.Free || !belongs(this))
                return false;
            long next = before | CommandWord.Watched;
            if (phase != CommandWord.Ended)
            {
                // Written before the flag that makes it count. The first reason stands, except that the own nexus, or
                // its end, leaves nobody to answer.
                if ((before & CommandWord.Aborted) == 0 || reason != AbortReason.OtherNexus)
                    AbortReason = reason;
                next |= CommandWord.Aborted;
            }
            if (TryExchange(ref before, next))
                return true;
        }
    }
}
