namespace Scst;

/// <summary>
/// A transport: the service delivery side of target ports (SAM-6 4.5). The core calls it; it calls
/// <see cref="Target.OpenSession"/>, <see cref="Session"/> and <see cref="ScsiCommand"/>.
/// </summary>
/// <remarks>
/// <para>Every submitted command ends in exactly one <see cref="SendResponse"/>. All methods may be called from any
/// thread, also from inside <see cref="Session.Submit"/>; they must not block and must not throw. A driver only queues
/// in <see cref="SendResponse"/> and sends at the end of its burst.</para>
/// <para>Optional abilities are separate interfaces: <see cref="IBurstDriver"/>, <see cref="IAsyncEventDriver"/>,
/// <see cref="IQueueDepthDriver"/>, <see cref="IKernelSegmentDriver"/>.</para>
/// </remarks>
public interface ITargetDriver
{
    /// <summary>
    /// Fetch the data-out of this command (R2T): <see cref="ScsiCommand.DataOutLength"/> bytes into
    /// <see cref="ScsiCommand.Segments"/>. End with <see cref="ScsiCommand.DataOutReceived"/> or
    /// <see cref="ScsiCommand.DataOutFailed"/>, which may be called before this method returns.
    /// </summary>
    /// <param name="command">The command that waits for its data.</param>
    void RequestDataOut(ScsiCommand command);

    /// <summary>
    /// The command was aborted while its data-out was being fetched: touch its segments no more and say so with
    /// <see cref="ScsiCommand.DataOutReceived"/> or <see cref="ScsiCommand.DataOutFailed"/>, now or as soon as a receive
    /// that is under way has stopped. A command whose data-out has already ended, or has not begun, needs nothing: it may
    /// be called more than once, and on another thread before <see cref="RequestDataOut"/>, and then is called after it too.
    /// </summary>
    /// <param name="command">The aborted command.</param>
    void AbortDataOut(ScsiCommand command);

    /// <summary>
    /// Send the data-in and the status of this command, then call <see cref="ScsiCommand.ResponseSent"/>. Where
    /// <see cref="ScsiCommand.SuppressResponse"/> is set nothing may be sent: forget the command, look at nothing else of it (its
    /// handler may still be at work), and call <see cref="ScsiCommand.ResponseSent"/> at once. A command whose
    /// <see cref="ScsiCommand.DataInFaulted"/> was called is answered here once more.
    /// </summary>
    /// <param name="command">The ended command.</param>
    void SendResponse(ScsiCommand command);

    /// <summary>
    /// A task management function is finished: no command that it affected can touch the medium or its initiator any
    /// more. Send <see cref="TaskManagementRequest.Response"/>; if the session has ended meanwhile, perhaps long ago, there is nobody to
    /// send it to.
    /// </summary>
    /// <param name="request">The finished request.</param>
    void TaskManagementDone(TaskManagementRequest request);
}
