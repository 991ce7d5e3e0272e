namespace Scst;

/// <summary>What was read and written: commands, and logical blocks as seen from the logical unit.</summary>
internal readonly record struct AccessTotals(long Reads, long Writes, long BlocksReceived, long BlocksTransmitted)
{
    public static AccessTotals operator +(AccessTotals left, AccessTotals right) => new(
        left.Reads + right.Reads,
        left.Writes + right.Writes,
        left.BlocksReceived + right.BlocksReceived,
        left.BlocksTransmitted + right.BlocksTransmitted);

    public static AccessTotals operator -(AccessTotals left, AccessTotals right) => new(
        left.Reads - right.Reads,
        left.Writes - right.Writes,
        left.BlocksReceived - right.BlocksReceived,
        left.BlocksTransmitted - right.BlocksTransmitted);
}
