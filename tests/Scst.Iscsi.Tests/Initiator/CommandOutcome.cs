using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>How a command ended, and what came with it.</summary>
internal sealed record CommandOutcome(byte Status, byte[] Data, byte[] Sense, ResidualCount Residual)
{
    public const byte Good = 0x00;
    public const byte CheckCondition = 0x02;

    /// <summary>Sense key, ASC and ASCQ of fixed format sense data as one number, for example 0x052400.</summary>
    public int SenseCode => Sense.Length < 14 ? 0 : ((Sense[2] & 0x0f) << 16) | (Sense[12] << 8) | Sense[13];
}
