using System;
using System.Collections.Concurrent;
using System.Threading.Tasks;
using Scst.Protocol;

namespace Scst.Loopback;

/// <summary>
/// A target driver without a wire: initiator ports and target ports in one process, data moved by copying memory.
/// </summary>
/// <remarks>
/// For persistent reservations an initiator port is known by its name: whoever connects with the same name again is the same. Such
/// names are given as iSCSI names with an ISID of zero, whatever characters they have; their case does not count.
/// </remarks>
public sealed class LoopbackDriver : ITargetDriver, IBurstDriver, ITransportIdDriver, IAsyncDisposable
{
    private readonly ConcurrentQueue<Target> _targets = new();

    /// <summary>Makes a driver without targets.</summary>
    /// <param name="engine">The engine whose logical units its targets show.</param>
    /// <exception cref="ArgumentNullException"><paramref name="engine"/> is null.</exception>
    public LoopbackDriver(ScsiEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        Engine = engine;
    }

    /// <summary>The engine whose logical units the targets show.</summary>
    public ScsiEngine Engine { get; }

    /// <summary>Adds a target port.</summary>
    /// <param name="name">A name, unique in the engine.</param>
    /// <param name="options">Who may see what.</param>
    /// <exception cref="ArgumentException">The name is empty or in use, or the options are not valid.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public Target AddTarget(string name, TargetOptions options)
    {
        Target target = Engine.AddTarget(name, this, options);
        _targets.Enqueue(target);
        return target;
    }

    /// <summary>Connects an initiator port to a target port: opens a session.</summary>
    /// <param name="target">A target of this driver.</param>
    /// <param name="initiatorName">The initiator port's name; the access control group is chosen by it.</param>
    /// <exception cref="ArgumentException">The target is another driver's, or the name is empty.</exception>
    /// <exception cref="InvalidOperationException">The target was removed.</exception>
    public LoopbackInitiator Connect(Target target, string initiatorName)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Driver != this)
            throw new ArgumentException("The target belongs to another driver.", nameof(target));
        return new LoopbackInitiator(target, initiatorName);
    }

    /// <summary>Ends all sessions and removes the targets.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_targets.TryDequeue(out Target? target))
        {
            foreach (Session session in target.Sessions)
            {
                if (session.DriverState is LoopbackInitiator initiator)
                    await initiator.CloseAsync(SessionEndReason.Shutdown).ConfigureAwait(false);
            }
            await Engine.RemoveTargetAsync(target).ConfigureAwait(false);
        }
    }

    void ITargetDriver.RequestDataOut(ScsiCommand command) => CommandOf(command).RequestDataOut(command);

    void ITargetDriver.AbortDataOut(ScsiCommand command) => CommandOf(command).AbortDataOut(command);

    void ITargetDriver.SendResponse(ScsiCommand command) => CommandOf(command).Respond(command);

    void ITargetDriver.TaskManagementDone(TaskManagementRequest request) =>
        ((ManagementCall)request.DriverState!).Finish(request.Response);

    ProtocolIdentifier ITransportIdDriver.Protocol => ProtocolIdentifier.Iscsi;

    TransportId? ITransportIdDriver.TransportIdOf(Session session)
    {
        // No character of what this makes can be taken for the end of the name.
        string name = Uri.EscapeDataString(session.InitiatorName);
        return name.Length <= TransportId.MaxIscsiNameLength ? TransportId.Iscsi(name, isid: 0) : null;
    }

    // Completions are delivered by LoopbackInitiator.EndOfBurst once it lets others submit; nothing is left to do here.
    void IBurstDriver.EndOfBurst(Session session)
    {
    }

    private static LoopbackCommand CommandOf(ScsiCommand command) => (LoopbackCommand)command.DriverState!;
}
