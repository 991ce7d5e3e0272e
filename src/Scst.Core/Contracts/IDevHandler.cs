namespace Scst;

/// <summary>
/// A device server's medium side: storage, or whatever else answers a device type's commands. One handler serves one
/// <see cref="LogicalUnit"/>.
/// </summary>
/// <remarks>
/// <para>The core executes what every device has (INQUIRY, MODE SENSE, REPORT LUNS, RESERVE, ...) from the
/// <see cref="DeviceDescription"/>; the handler gets the commands of its own <see cref="DeviceDescription.Commands"/>.</para>
/// <para><see cref="Parse"/> and <see cref="Execute"/> are called from any thread, overlapping, also from a driver's
/// receive loop: they must not block. An exception out of them is a fault: it is logged and becomes CHECK CONDITION,
/// HARDWARE ERROR, INTERNAL TARGET FAILURE for that one command.</para>
/// <para>Optional abilities are separate interfaces: <see cref="IBurstHandler"/>, <see cref="IAbortHandler"/>,
/// <see cref="IDataInLender"/>, <see cref="IDataOutLender"/>, <see cref="ICommandFreedHandler"/>,
/// <see cref="IModePageHandler"/>, <see cref="IVpdPageSource"/>, <see cref="ILogPageSource"/>,
/// <see cref="ISelfTestHandler"/>.</para>
/// </remarks>
public interface IDevHandler
{
    /// <summary>The handler now serves this logical unit. Called once, before any command.</summary>
    /// <param name="logicalUnit">The logical unit, to report changes of capacity and the like.</param>
    /// <returns>What the device is and which commands it knows.</returns>
    DeviceDescription Attach(LogicalUnit logicalUnit);

    /// <summary>The logical unit is gone; no command is left and none will come.</summary>
    void Detach();

    /// <summary>
    /// Say what the CDB moves: <see cref="ScsiCommand.SetTransfer"/>, or <see cref="ScsiCommand.Fail"/> with the reason
    /// why it cannot run. Called before the command has its turn, so the medium must not be touched. The CDB has the
    /// length of its descriptor and no reserved bit set.
    /// </summary>
    /// <param name="command">The command; its <see cref="ScsiCommand.Descriptor"/> is one of the handler's own.</param>
    void Parse(ScsiCommand command);

    /// <summary>
    /// Execute the command: its turn has come, every check is passed, its data-out is there. End with
    /// <see cref="ScsiCommand.Complete"/>, <see cref="ScsiCommand.CompleteDataIn"/> or <see cref="ScsiCommand.Fail"/>, here
    /// or later on any thread.
    /// </summary>
    /// <param name="command">The command to execute.</param>
    void Execute(ScsiCommand command);
}
