namespace Scst;

/// <summary>What a <see cref="DepthGate{T}"/> does with a command.</summary>
internal enum GateResult : byte
{
    /// <summary>It is inside.</summary>
    Entered,

    /// <summary>It waits; <see cref="DepthGate{T}.TryTakeEntered"/> returns it when it is inside.</summary>
    Waits,

    /// <summary>There is no room for it.</summary>
    Refused,
}
