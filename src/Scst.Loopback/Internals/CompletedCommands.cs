using System.Threading;

namespace Scst.Loopback;

/// <summary>
/// Commands that have completed and whose initiator has not been told. Any thread adds; one takes all at once, so that
/// no ABA can happen.
/// </summary>
internal sealed class CompletedCommands
{
    private LoopbackCommand? _newest;

    internal bool IsEmpty => Volatile.Read(ref _newest) is null;

    internal void Add(LoopbackCommand command)
    {
        LoopbackCommand? head = Volatile.Read(ref _newest);
        while (true)
        {
            command.Next = head;
            LoopbackCommand? seen = Interlocked.CompareExchange(ref _newest, command, head);
            if (seen == head)
                return;
            head = seen;
        }
    }

    /// <summary>Takes the commands, linked in the order in which they completed.</summary>
    internal LoopbackCommand? TakeAll()
    {
        LoopbackCommand? command = Interlocked.Exchange(ref _newest, null);
        LoopbackCommand? oldest = null;
        while (command is not null)
        {
            LoopbackCommand? older = command.Next;
            command.Next = oldest;
            oldest = command;
            command = older;
        }
        return oldest;
    }
}
