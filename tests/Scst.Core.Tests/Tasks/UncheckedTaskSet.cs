namespace Scst.Tests.Tasks;

/// <summary>Broken on purpose: a command that marked itself goes in without looking whether the gate was closed meanwhile.</summary>
internal sealed class UncheckedTaskSet : TaskSet
{
    internal UncheckedTaskSet(LogicalUnit logicalUnit)
        : base(logicalUnit)
    {
    }

    protected override bool IsOpenFor(ScsiCommand command) => true;
}
