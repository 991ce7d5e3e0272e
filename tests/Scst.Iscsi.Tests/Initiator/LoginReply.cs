using System;
using System.Collections.Generic;
using System.Linq;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>A Login Response as the initiator sees it.</summary>
internal sealed record LoginReply(
    LoginStep Step, LoginStatus Status, bool Transit, bool Continue, LoginStage NextStage, ushort Tsih, byte[] RawText)
{
    public List<string> Pairs => Text.Decode(RawText);

    public string? this[string key] => Pairs.Where(p => p.StartsWith(key + "=", StringComparison.Ordinal))
        .Select(p => p[(key.Length + 1)..]).SingleOrDefault();
}
