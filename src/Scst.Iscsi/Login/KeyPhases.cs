using System;

namespace Scst.Iscsi.Login;

/// <summary>Where a key may be used (the "Use" lines of RFC 7143 13).</summary>
[Flags]
internal enum KeyPhases : byte
{
    None = 0,
    Security = 1,
    Operational = 2,
    FullFeature = 4,

    /// <summary>"Any-Stage".</summary>
    Login = Security | Operational,
}
