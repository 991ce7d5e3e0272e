using System.Collections.Generic;

namespace Scst.Iscsi.Login;

/// <summary>Which targets the initiator of one session may see.</summary>
internal interface ISendTargetsSource
{
    /// <summary>
    /// The targets in a fixed order, or the one named (normalized). It is enumerated while the responses are sent, so the
    /// enumeration must bear changes of the configuration.
    /// </summary>
    IEnumerable<SendTargetsRecord> Find(string? targetName);
}
