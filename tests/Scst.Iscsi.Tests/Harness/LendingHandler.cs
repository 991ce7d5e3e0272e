using System;

namespace Scst.Iscsi.Tests.Harness;

/// <summary>A disk that has data-out received into memory of its own, and so only once a command has its turn.</summary>
internal sealed class LendingHandler : GatedHandler, IDataOutLender, ICommandFreedHandler
{
    private readonly byte[] _memory = new byte[4 << 20];

    public LendingHandler(IDevHandler disk)
        : base(disk)
    {
    }

    /// <summary>Lends what only system calls could touch, and they could not either.</summary>
    public bool LendsAddresses { get; set; }

    public int Lent { get; private set; }

    public int Freed { get; private set; }

    public bool WantsToLend(ScsiCommand command) => true;

    public bool TryLend(ScsiCommand command)
    {
        // In pieces that do not fit those of anybody else.
        const int piece = 3000;
        Array.Clear(_memory);
        for (var offset = 0; offset < command.DataOutLength; offset += piece)
        {
            var length = Math.Min(piece, command.DataOutLength - offset);
            command.AddSegment(LendsAddresses
                ? DataSegment.FromAddress(Environment.SystemPageSize, length)
                : DataSegment.FromMemory(_memory, offset, length));
        }

        Lent++;
        return true;
    }

    public void CommandFreed(ScsiCommand command) => Freed++;
}
