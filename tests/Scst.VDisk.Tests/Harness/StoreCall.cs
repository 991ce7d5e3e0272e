namespace Scst.VDisk.Tests;

/// <summary>What a <see cref="ScriptedStore"/> was asked to do.</summary>
internal sealed record StoreCall(StoreCallKind Kind, long Offset = 0, long Length = 0, bool IsForced = false);
