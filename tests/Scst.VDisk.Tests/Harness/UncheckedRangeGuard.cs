using System;

namespace Scst.VDisk.Tests;

/// <summary>Broken on purpose: a command that marked itself goes on without looking whether its blocks were closed meanwhile.</summary>
internal sealed class UncheckedRangeGuard : RangeGuard
{
    internal UncheckedRangeGuard(Action<ScsiCommand> resume)
        : base(resume)
    {
    }

    protected override bool MayPass() => true;
}
