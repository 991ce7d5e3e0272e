using System.Collections.Generic;

namespace Scst.Iscsi.Login;

/// <summary>
/// One target as SendTargets reports it: its name, and its addresses as host[:port],portal-group-tag (RFC 7143 Appendix C
/// and 13.8). No address means the one the initiator is talking to.
/// </summary>
internal readonly record struct SendTargetsRecord(string TargetName, IReadOnlyList<string> Addresses);
