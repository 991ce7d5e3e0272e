using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>A line of the disk's command table.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Descriptor">What the core must know.</param>
internal sealed record DiskCommand(DiskAction Action, CommandDescriptor Descriptor);
