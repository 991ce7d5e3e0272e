using System.Threading;

namespace Scst.VDisk;

/// <summary>
/// The blocks that one command reads or writes, as the <see cref="RangeGuard"/> of its disk knows them. Made once per pooled command.
/// </summary>
internal sealed class RangeHold : IThreadPoolWorkItem
{
    private bool _isInside;
    private RangeGuard? _guard;

    /// <summary>Makes a hold that holds nothing.</summary>
    internal RangeHold(ScsiCommand command) => Command = command;

    internal ScsiCommand Command { get; }

    /// <summary>Where blocks are held, or waited for; null for a command that has to do with no block now.</summary>
    internal RangeGuard? Guard
    {
        get => Volatile.Read(ref _guard);
        set => Volatile.Write(ref _guard, value);
    }

    /// <summary>First block.</summary>
    internal ulong First { get; set; }

    /// <summary>The block behind the last.</summary>
    internal ulong End { get; set; }

    /// <summary>
    /// The mark by which those who need the blocks for themselves find a command that shares them. Whoever reads true also reads
    /// the blocks and the guard that it was set for.
    /// </summary>
    internal bool IsInside
    {
        get => Volatile.Read(ref _isInside);
        set => Volatile.Write(ref _isInside, value);
    }

    /// <summary>Whether nobody else may touch the blocks meanwhile. Changed under the guard's lock.</summary>
    internal bool IsExclusive { get; set; }

    /// <summary>The place in the guard's list. Changed under its lock.</summary>
    internal RangeHoldState State { get; set; }

    /// <summary>How many holds in the guard's list must leave before this one has its blocks. Changed under its lock.</summary>
    internal int Awaited { get; set; }

    internal RangeHold? Previous { get; set; }

    internal RangeHold? Next { get; set; }

    /// <summary>Lets the blocks go, if any are held.</summary>
    internal void Leave() => Guard?.Leave(this);

    /// <summary>The blocks that the command waited for are its own now.</summary>
    void IThreadPoolWorkItem.Execute() => Guard!.Resume(Command);

    /// <summary>Whether the two cannot hold their blocks at the same time.</summary>
    internal bool ConflictsWith(RangeHold other) =>
        (IsExclusive || other.IsExclusive) && First < other.End && other.First < End;
}
