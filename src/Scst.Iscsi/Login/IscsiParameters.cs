using System;

namespace Scst.Iscsi;

/// <summary>
/// What an iSCSI target wants and allows when a session's operational parameters are negotiated (RFC 7143 13). Each value is
/// a limit or a preference; what holds for one session comes out of its login. The record is immutable: change a copy with
/// a <c>with</c> expression. A setter throws <see cref="ArgumentOutOfRangeException"/> for a value outside the range the
/// standard gives.
/// </summary>
public sealed record IscsiParameters
{
    private const int MinLength = 512;
    private const int MaxLength = (1 << 24) - 1;
    private const int MaxSeconds = 3600;

    /// <summary>All values at their defaults.</summary>
    public static IscsiParameters Default { get; } = new();

    /// <summary>
    /// The longest data segment, in bytes, that this target takes in one PDU after the login: 512 to 16,777,215, default
    /// 262,144 (MaxRecvDataSegmentLength, RFC 7143 13.12). It is declared, not negotiated.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int MaxRecvDataSegmentLength { get; init => field = Check(value, MinLength, MaxLength); } = 262_144;

    /// <summary>
    /// The most data, in bytes, of one Data-In or solicited Data-Out sequence: 512 to 16,777,215, default 1,048,576; the
    /// smaller of both sides' values holds (MaxBurstLength, RFC 7143 13.13).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int MaxBurstLength { get; init => field = Check(value, MinLength, MaxLength); } = 1_048_576;

    /// <summary>
    /// The most unsolicited data, in bytes, of one command: 512 to 16,777,215, default 262,144; the smaller of both sides'
    /// values holds, and never more than MaxBurstLength (FirstBurstLength, RFC 7143 13.14).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int FirstBurstLength { get; init => field = Check(value, MinLength, MaxLength); } = 262_144;

    /// <summary>
    /// True if data beyond the immediate data always waits for an R2T. Default false: the initiator's wish decides
    /// (InitialR2T, RFC 7143 13.10).
    /// </summary>
    public bool InitialR2T { get; init; }

    /// <summary>True, the default, if write data may come in the command PDU (ImmediateData, RFC 7143 13.11).</summary>
    public bool ImmediateData { get; init; } = true;

    /// <summary>
    /// The most R2Ts of one command that are outstanding at a time: 1 to 65,535, default 8; the smaller of both sides'
    /// values holds (MaxOutstandingR2T, RFC 7143 13.17).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int MaxOutstandingR2T { get; init => field = Check(value, 1, ushort.MaxValue); } = 8;

    /// <summary>
    /// Seconds an initiator waits before it reconnects after a lost connection: 0 to 3600, default 2; the greater of both
    /// sides' values holds (DefaultTime2Wait, RFC 7143 13.15).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int DefaultTime2Wait { get; init => field = Check(value, 0, MaxSeconds); } = 2;

    /// <summary>
    /// Seconds after that wait for which the session's state is kept: 0 to 3600, default 0, since at ErrorRecoveryLevel 0
    /// no task outlives its connection; the smaller of both sides' values holds (DefaultTime2Retain, RFC 7143 13.16).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public int DefaultTime2Retain { get; init => field = Check(value, 0, MaxSeconds); }

    /// <summary>Whether PDU headers carry a CRC32C (HeaderDigest, RFC 7143 13.1).</summary>
    public DigestPolicy HeaderDigest { get; init; }

    /// <summary>Whether data segments carry a CRC32C (DataDigest, RFC 7143 13.1).</summary>
    public DigestPolicy DataDigest { get; init; }

    private static int Check(int value, int min, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max);
        return value;
    }
}
