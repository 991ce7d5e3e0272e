namespace Scst;

/// <summary>A list of commands linked through the commands themselves; a command is in at most one. Not thread-safe.</summary>
internal sealed class CommandQueue
{
    internal ScsiCommand? First { get; private set; }

    internal ScsiCommand? Last { get; private set; }

    internal bool IsEmpty => First is null;

    internal void AddLast(ScsiCommand command)
    {
        command.Queue = this;
        command.Previous = Last;
        command.Next = null;
        if (Last is null)
            First = command;
        else
            Last.Next = command;
        Last = command;
    }

    internal void AddFirst(ScsiCommand command)
    {
        command.Queue = this;
        command.Next = First;
        command.Previous = null;
        if (First is null)
            Last = command;
        else
            First.Previous = command;
        First = command;
    }

    internal void Remove(ScsiCommand command)
    {
        if (command.Previous is null)
            First = command.Next;
        else
            command.Previous.Next = command.Next;
        if (command.Next is null)
            Last = command.Previous;
        else
            command.Next.Previous = command.Previous;
        command.Queue = null;
        command.Next = null;
        command.Previous = null;
    }

    internal ScsiCommand? TryRemoveFirst()
    {
        ScsiCommand? first = First;
        if (first is not null)
            Remove(first);
        return first;
    }
}
