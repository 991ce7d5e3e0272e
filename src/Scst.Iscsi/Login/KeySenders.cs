using System;

namespace Scst.Iscsi.Login;

/// <summary>Who may send a key unasked (the "Senders" lines of RFC 7143 13).</summary>
[Flags]
internal enum KeySenders : byte
{
    None = 0,
    Initiator = 1,
    Target = 2,
    Both = Initiator | Target,
}
