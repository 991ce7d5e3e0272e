using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Scst;

/// <content>The transitions of <see cref="CommandWord"/>.</content>
public sealed partial class ScsiCommand
{
    private const long EndClears = CommandWord.PhaseMask | CommandWord.Counted | CommandWord.HoldsOthersBack;

    internal long ReadWord() => Volatile.Read(ref _word);

    internal bool IsFetchingDataOut => (ReadWord() & CommandWord.FetchingDataOut) != 0;

    /// <summary>Whether the command may touch the medium now, or its lent segments may be read.</summary>
    internal bool HasItsTurn => CommandWord.PhaseOf(ReadWord()) is CommandWord.Enabled or CommandWord.Lent;

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

    /// <summary>
    /// The command had a nexus for a moment that was not the right one, and whoever has aborted it meanwhile has done so by that.
    /// </summary>
    /// <returns>False if it was aborted: it keeps the nexus by which it was found.</returns>
    internal bool TryForgetNexus()
    {
        LunNexus? nexus = Nexus;
        long word = Volatile.Read(ref _word);
        do
        {
            if ((word & CommandWord.Aborted) != 0)
            {
                Nexus = nexus;
                return false;
            }
            Nexus = null;
        }
        // Another generation: an abort that has looked at the nexus before does not succeed any more.
        while (!TryExchange(ref word, word + CommandWord.Generation));
        return true;
    }

    /// <summary>Tries to count a command that is inside the gate, for whoever closed it.</summary>
    internal bool TryCount(LunNexus nexus)
    {
        long word = Volatile.Read(ref _word);
        while (true)
        {
            // The generation in the word makes the swap fail if the command was reused after Nexus was read.
            bool isInside = CommandWord.PhaseOf(word) is CommandWord.Enabled or CommandWord.Lent;
            if (!isInside || (word & CommandWord.Counted) != 0 || Nexus != nexus)
                return false;
            if (TryExchange(ref word, word | CommandWord.Counted))
                return true;
        }
    }

    /// <summary>The handler is done with the command, which will not touch the medium any more unless a loan is to be sent.</summary>
    /// <param name="dataIn">How many bytes of data-in the command has, if it has data-in.</param>
    /// <exception cref="InvalidOperationException">The command is not being executed, or has no place for its data-in.</exception>
    private void Leave(int dataIn)
    {
        bool lends = LendsDataIn && dataIn > 0;
        if (lends && Stage == CommandStage.Executing)
            CheckCovered(dataIn);
        if (Stage != CommandStage.Executing || !TryEndExecution(lends && _bufferCount == 0))
            throw new InvalidOperationException("The command is not being executed; was it completed before?");
        Stage = CommandStage.Done;
    }

    /// <summary>Of a handler's threads that complete a command at once, for example for an abort, the word lets one.</summary>
    private bool TryEndExecution(bool lends)
    {
        long word = Volatile.Read(ref _word);
        long next;
        do
        {
            if (CommandWord.PhaseOf(word) != CommandWord.Enabled)
                return false;
            // Nobody would send what is lent to an orphan.
            next = lends && (word & CommandWord.Orphaned) == 0
                ? (word & ~CommandWord.PhaseMask) | CommandWord.Lent
                : (word & ~EndClears) | CommandWord.Ended;
        }
        while (!TryExchange(ref word, next));
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

    /// <summary>Marks that the driver has the response, whose data-in was lent, unless the command was aborted.</summary>
    internal bool TryBeginLentResponse()
    {
        long word = Volatile.Read(ref _word);
        do
        {
            if ((word & CommandWord.Aborted) != 0)
                return false;
        }
        while (!TryExchange(ref word, word | CommandWord.Responding));
        return true;
    }

    /// <summary>The driver is done with the response; with a loan the command ends by that.</summary>
    /// <returns>What ends with it.</returns>
    private ResponseEnd EndResponse()
    {
        long word = Volatile.Read(ref _word);
        bool lent;
        long next;
        do
        {
            if ((word & CommandWord.Responding) == 0)
                throw new InvalidOperationException("The driver was not asked for a response to this command.");
            lent = CommandWord.PhaseOf(word) == CommandWord.Lent;
            next = word & ~CommandWord.Responding;
            // At once: an abort between the two would count as one of a command that was not answered.
            if (lent)
                next = (next & ~EndClears) | CommandWord.Ended;
        }
        while (!TryExchange(ref word, next));
        if ((word & (CommandWord.Orphaned | CommandWord.HandlerDone)) == CommandWord.Orphaned)
            return ResponseEnd.HandlerIsLeft;
        if (!lent)
            return ResponseEnd.Response;
        WordAtEnd = word;
        return ResponseEnd.LentCommand;
    }

    /// <summary>
    /// Lets the driver go on without a command that its handler does not end, if the session's end has aborted it and its nexus is gone.
    /// </summary>
    /// <returns>False if the command is another one, or is about to end by itself.</returns>
    internal bool TryOrphan()
    {
        const long unsuited = CommandWord.FetchingDataOut | CommandWord.Responding | CommandWord.Orphaned;
        long word = Volatile.Read(ref _word);
        do
        {
            bool isInBackend = CommandWord.PhaseOf(word) == CommandWord.Enabled && (word & unsuited) == 0;
            if (!isInBackend || CommandWord.ReasonOf(word) != AbortReason.NexusLoss || Nexus is not { IsGone: true })
                return false;
        }
        while (!TryExchange(ref word, word | CommandWord.Orphaned | CommandWord.Responding));
        return true;
    }

    /// <summary>The handler is done with an orphan.</summary>
    /// <returns>Whether the driver is too.</returns>
    internal bool EndOrphan()
    {
        long word = Volatile.Read(ref _word);
        while (!TryExchange(ref word, word | CommandWord.HandlerDone))
        {
        }
        return (word & CommandWord.Responding) == 0;
    }

    /// <summary>The driver cannot send what was lent: the command is being executed again, or was aborted meanwhile.</summary>
    /// <returns>False if it was aborted.</returns>
    private bool WithdrawResponse()
    {
        long word = Volatile.Read(ref _word);
        if ((word & CommandWord.Responding) == 0 || CommandWord.PhaseOf(word) != CommandWord.Lent)
            throw new InvalidOperationException("The driver was not asked for a response, or its data-in was not lent.");
        // Before the word says that the command is being executed: from then on an abort may reach the handler.
        DropLoan();
        Stage = CommandStage.Executing;
        bool aborted;
        long next;
        do
        {
            aborted = (word & CommandWord.Aborted) != 0;
            next = word & ~CommandWord.Responding;
            if (!aborted)
                next = (next & ~CommandWord.PhaseMask) | CommandWord.Enabled;
        }
        while (!TryExchange(ref word, next));
        return !aborted;
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
                next = CommandWord.Abort(next, reason);
            if (TryExchange(ref before, next))
                return true;
        }
    }

    /// <summary>Asks to be told when the command ends, if it has its turn.</summary>
    /// <param name="belongs">Looks again whether this is the command meant; the answer holds if the swap succeeds.</param>
    /// <returns>False if the command is not meant or has not its turn.</returns>
    internal bool TryWatch(Func<ScsiCommand, bool> belongs)
    {
        long word = Volatile.Read(ref _word);
        while (true)
        {
            if (CommandWord.PhaseOf(word) is not (CommandWord.Enabled or CommandWord.Lent) || !belongs(this))
                return false;
            if (TryExchange(ref word, word | CommandWord.Watched))
                return true;
        }
    }

    /// <summary>The command is about to wait for its turn, and is aborted if its nexus is gone.</summary>
    /// <returns>Whether it was.</returns>
    internal bool TryAbortAsLeftBehind()
    {
        if (!Nexus!.IsGone)
            return false;
        long word = Volatile.Read(ref _word);
        while (!TryExchange(ref word, CommandWord.Abort(word, AbortReason.NexusRemoved)))
        {
        }
        return true;
    }

    /// <summary>
    /// The nexus is gone: the command is aborted if it has not had its turn, and whoever waits for the nexus to be left is told
    /// when it is freed.
    /// </summary>
    /// <param name="change">What took the nexus away.</param>
    /// <param name="nexus">The nexus; the command may have none any more when this returns.</param>
    /// <param name="before">The word before.</param>
    /// <returns>False if the command is not one of a nexus that this change took away, or is not alive.</returns>
    internal bool TryLeaveBehind(Reassignment change, [NotNullWhen(true)] out LunNexus? nexus, out long before)
    {
        before = Volatile.Read(ref _word);
        while (true)
        {
            int phase = CommandWord.PhaseOf(before);
            nexus = Nexus;
            if (phase == CommandWord.Free || nexus is null || nexus.GoneWith != change)
                return false;
            long next = before | CommandWord.Watched;
            if (phase is CommandWord.Pending or CommandWord.Dormant)
                next = CommandWord.Abort(next, AbortReason.NexusRemoved);
            if (TryExchange(ref before, next))
                return true;
        }
    }
}
