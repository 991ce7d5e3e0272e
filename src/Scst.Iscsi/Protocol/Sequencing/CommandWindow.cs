using System;

namespace Scst.Iscsi.Protocol;

/// <summary>
/// ExpCmdSN and MaxCmdSN of a session (RFC 7143 4.2.2.1). Not thread-safe: one owner, the receive side of the connection.
/// </summary>
internal struct CommandWindow
{
    /// <param name="initialCmdSN">CmdSN of the leading login, which the first command in full feature phase carries too.</param>
    /// <param name="depth">Commands the initiator may have in flight, at least 1.</param>
    public CommandWindow(SerialNumber32 initialCmdSN, int depth)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);
        ExpCmdSN = initialCmdSN;
        MaxCmdSN = initialCmdSN + ((uint)depth - 1);
    }

    public SerialNumber32 ExpCmdSN { get; private set; }

    public SerialNumber32 MaxCmdSN { get; private set; }

    public readonly CommandOrder Classify(SerialNumber32 cmdSN, bool immediate)
    {
        if (immediate)
            return CommandOrder.Immediate;
        // A closed window (MaxCmdSN = ExpCmdSN - 1) admits nothing, not even the expected number.
        if (cmdSN < ExpCmdSN || !(cmdSN <= MaxCmdSN))
            return CommandOrder.Outside;
        return cmdSN == ExpCmdSN ? CommandOrder.Expected : CommandOrder.Ahead;
    }

    /// <summary>The expected request has arrived.</summary>
    public void Advance() => ExpCmdSN = ExpCmdSN.Next;

    /// <summary>
    /// Lets the initiator send <paramref name="free"/> more commands. MaxCmdSN never moves backwards: what has been
    /// granted stays granted.
    /// </summary>
    public void Open(int free)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(free);
        var granted = ExpCmdSN + unchecked((uint)free - 1);
        if (granted > MaxCmdSN)
            MaxCmdSN = granted;
    }
}
