namespace Scst;

/// <summary>
/// Optional ability of an <see cref="ITargetDriver"/>: accept kernel-only segments (<see cref="SegmentKind"/>), that is,
/// hand a command's data to system calls without ever looking at the bytes. Where such a call cannot read them (EFAULT) and
/// nothing of the command was sent yet, the driver says so with <see cref="ScsiCommand.DataInFaulted"/>; where one cannot write
/// them, with <see cref="ScsiCommand.TryReplaceLoan"/>.
/// </summary>
public interface IKernelSegmentDriver
{
    /// <summary>Whether commands of this session may carry kernel-only segments now (no digest, no protection information).</summary>
    /// <param name="session">The session concerned.</param>
    /// <returns>False where the driver must see the bytes: handlers then fill pool buffers.</returns>
    bool AcceptsKernelSegments(Session session);
}
