using System;
using System.Collections.Frozen;
using System.Collections.Generic;

namespace Scst.Iscsi.Login;

/// <summary>
/// Every key this implementation understands, as RFC 7143 12.1 and 13 and RFC 7144 7.1.1 define it. Whatever is not here,
/// X- keys among it, is answered NotUnderstood.
/// </summary>
internal static class KeyTable
{
    public const string None = "None";
    public const string Reject = "Reject";
    public const string Irrelevant = "Irrelevant";
    public const string NotUnderstood = "NotUnderstood";
    public const string Crc32C = "CRC32C";
    public const string NormalSession = "Normal";
    public const string DiscoverySession = "Discovery";
    public const string AllTargets = "All";

    /// <summary>MaxRecvDataSegmentLength until another is declared, and always during login (RFC 7143 6.3).</summary>
    public const int DefaultMaxRecvDataSegmentLength = 8192;

    private const ulong MaxLength = (1UL << 24) - 1;
    private const int NoneIndex = 0;
    private const int Crc32CIndex = 1;

    private static readonly string[] _digests = [None, Crc32C];
    private static readonly string[] _taskReporting = ["RFC3720", "ResponseFence", "FastAbort"];

    /// <summary>All keys; the index is the <see cref="KeyId"/>.</summary>
    public static IReadOnlyList<KeyDefinition> All { get; } =
    [
        new(KeyId.AuthMethod, "AuthMethod", KeyKind.List, KeySenders.Both, KeyPhases.Security)
        {
            Values = [None], Own = static _ => 1 << NoneIndex,
        },
        new(KeyId.HeaderDigest, "HeaderDigest", KeyKind.List, KeySenders.Both, KeyPhases.Operational)
        {
            Values = _digests, Own = static p => Digests(p.HeaderDigest), ProposeIfDefaultUnacceptable = true,
        },
        new(KeyId.DataDigest, "DataDigest", KeyKind.List, KeySenders.Both, KeyPhases.Operational)
        {
            Values = _digests, Own = static p => Digests(p.DataDigest), ProposeIfDefaultUnacceptable = true,
        },
        new(KeyId.MaxConnections, "MaxConnections", KeyKind.Minimum, KeySenders.Both, KeyPhases.Operational)
        {
            LeadingOnly = true, DiscoveryIrrelevant = true, Min = 1, Max = 65535, Default = 1, Own = static _ => 1,
        },
        new(KeyId.SendTargets, "SendTargets", KeyKind.DeclaredText, KeySenders.Initiator, KeyPhases.FullFeature),
        new(KeyId.TargetName, "TargetName", KeyKind.DeclaredText, KeySenders.Both, KeyPhases.Login) { RepeatableUnchanged = true },
        new(KeyId.InitiatorName, "InitiatorName", KeyKind.DeclaredText, KeySenders.Initiator, KeyPhases.Login)
        {
            RepeatableUnchanged = true,
        },
        new(KeyId.TargetAlias, "TargetAlias", KeyKind.DeclaredText, KeySenders.Target, KeyPhases.Login | KeyPhases.FullFeature),
        new(KeyId.InitiatorAlias, "InitiatorAlias", KeyKind.DeclaredText, KeySenders.Initiator, KeyPhases.Login | KeyPhases.FullFeature)
        {
            RepeatableUnchanged = true,
        },
        new(KeyId.TargetAddress, "TargetAddress", KeyKind.DeclaredText, KeySenders.Target, KeyPhases.Login | KeyPhases.FullFeature),
        new(KeyId.TargetPortalGroupTag, "TargetPortalGroupTag", KeyKind.DeclaredNumber, KeySenders.Target, KeyPhases.Login)
        {
            Max = 65535,
        },
        new(KeyId.InitialR2T, "InitialR2T", KeyKind.Or, KeySenders.Both, KeyPhases.Operational)
        {
            LeadingOnly = true, DiscoveryIrrelevant = true, Default = 1, Own = static p => p.InitialR2T ? 1UL : 0,
        },
        new(KeyId.ImmediateData, "ImmediateData", KeyKind.And, KeySenders.Both, KeyPhases.Operational)
        {
            LeadingOnly = true, DiscoveryIrrelevant = true, Default = 1, Own = static p => p.ImmediateData ? 1UL : 0,
            ProposeIfDefaultUnacceptable = true,
        },
        new(KeyId.MaxRecvDataSegmentLength, "MaxRecvDataSegmentLength", KeyKind.DeclaredNumber, KeySenders.Both,
            KeyPhases.Operational | KeyPhases.FullFeature)
        {
            Min = 512, Max = MaxLength, Default = DefaultMaxRecvDataSegmentLength, Own = static p => (ulong)p.MaxRecvDataSegmentLength,
        },
        new(KeyId.MaxBurstLength, "MaxBurstLength", KeyKind.Minimum, KeySenders.Both, KeyPhases.Operational)
        {
            LeadingOnly = true, DiscoveryIrrelevant = true, Min = 512, Max = MaxLength, Default = 262144,
            Own = static p => (ulong)p.MaxBurstLength, ProposeIfDefaultUnacceptable = true,
        },
        new(KeyId.FirstBurstLength, "FirstBurstLength", KeyKind.Minimum, KeySenders.Both, KeyPhases.Operational)
        {
            LeadingOnly = true, DiscoveryIrrelevant = true, Min = 512, Max = MaxLength, Default = 65536,
            Own = static p => (ulong)Math.Min(p.FirstBurstLength, p.MaxBurstLength), ProposeIfDefaultUnacceptable = true,
        },
        new(KeyId.DefaultTime2Wait, "DefaultTime2Wait", KeyKind.Maximum, KeySenders.Both, KeyPhases.Operational)
        {
            LeadingOnly = true, Max = 3600, Default = 2, Own = static p => (ulong)p.DefaultTime2Wait,
        },
        new(KeyId.DefaultTime2Retain, "DefaultTime2Retain", KeyKind.Minimum, KeySenders.Both, KeyPhases.Operational)
        {
            LeadingOnly = true, Max = 3600, Default = 20, Own = static p => (ulong)p.DefaultTime2Retain,
        },
        new(KeyId.MaxOutstandingR2T, "MaxOutstandingR2T", KeyKind.Minimum, KeySenders.Both, KeyPhases.Operational)
        {
            LeadingOnly = true, DiscoveryIrrelevant = true, Min = 1, Max = 65535, Default = 1,
            Own = static p => (ulong)p.MaxOutstandingR2T,
        },
        new(KeyId.DataPduInOrder, "DataPDUInOrder", KeyKind.Or, KeySenders.Both, KeyPhases.Operational)
        {
            LeadingOnly = true, DiscoveryIrrelevant = true, Default = 1, Own = static _ => 1,
        },
        new(KeyId.DataSequenceInOrder, "DataSequenceInOrder", KeyKind.Or, KeySenders.Both, KeyPhases.Operational)
        {
            LeadingOnly = true, DiscoveryIrrelevant = true, Default = 1, Own = static _ => 1,
        },
        new(KeyId.ErrorRecoveryLevel, "ErrorRecoveryLevel", KeyKind.Minimum, KeySenders.Both, KeyPhases.Operational)
        {
            LeadingOnly = true, Max = 2,
        },
        new(KeyId.SessionType, "SessionType", KeyKind.DeclaredText, KeySenders.Initiator, KeyPhases.Login)
        {
            LeadingOnly = true, RepeatableUnchanged = true,
        },
        new(KeyId.TaskReporting, "TaskReporting", KeyKind.List, KeySenders.Both, KeyPhases.Operational)
        {
            // With one connection there is nothing to fence; FastAbort's exchanges (4.2.3.4) are not offered.
            LeadingOnly = true, DiscoveryIrrelevant = true, Values = _taskReporting,
            Own = static _ => (1 << (int)TaskReporting.Rfc3720) | (1 << (int)TaskReporting.ResponseFence),
        },
        new(KeyId.ProtocolLevel, "iSCSIProtocolLevel", KeyKind.Minimum, KeySenders.Both, KeyPhases.Operational)
        {
            LeadingOnly = true, DiscoveryIrrelevant = true, Max = 31, Default = 1, Own = static _ => 2,
        },
        // RFC 7143 13.25: IFMarker and OFMarker get "Reject" or "No", the intervals get "Reject", and none NotUnderstood.
        // "No" is what initiators of RFC 3720 propose themselves, and what those understand best.
        new(KeyId.IFMarker, "IFMarker", KeyKind.FixedAnswer, KeySenders.Initiator, KeyPhases.Login) { Answer = "No" },
        new(KeyId.OFMarker, "OFMarker", KeyKind.FixedAnswer, KeySenders.Initiator, KeyPhases.Login) { Answer = "No" },
        new(KeyId.IFMarkInt, "IFMarkInt", KeyKind.FixedAnswer, KeySenders.Initiator, KeyPhases.Login) { Answer = Reject },
        new(KeyId.OFMarkInt, "OFMarkInt", KeyKind.FixedAnswer, KeySenders.Initiator, KeyPhases.Login) { Answer = Reject },
        new(KeyId.NodeArchitecture, "X#NodeArchitecture", KeyKind.DeclaredText, KeySenders.Both, KeyPhases.Login) { LeadingOnly = true },
    ];

    private static readonly FrozenDictionary<string, KeyDefinition> _byName =
        All.ToFrozenDictionary(static k => k.Name, StringComparer.Ordinal);

    public static KeyDefinition Get(KeyId id) => All[(int)id];

    /// <summary>Names are case-sensitive (RFC 7143 6.1).</summary>
    public static KeyDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    private static ulong Digests(DigestPolicy policy) => policy switch
    {
        DigestPolicy.Forbidden => 1 << NoneIndex,
        DigestPolicy.Required => 1 << Crc32CIndex,
        _ => (1 << NoneIndex) | (1 << Crc32CIndex),
    };
}
