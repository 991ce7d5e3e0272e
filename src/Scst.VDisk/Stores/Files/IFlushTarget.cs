namespace Scst.VDisk;

/// <summary>What a <see cref="FlushCombiner"/> flushes.</summary>
internal interface IFlushTarget
{
    /// <summary>Brings to stable storage every write that completed before the call; blocks meanwhile. Never throws.</summary>
    FlushResult Flush();
}
