using System;
using Scst.Protocol;

namespace Scst.Tests.Simulation.Reservations;

/// <summary>A transport whose every move is a step of its own. Its initiator ports have names, so they can register.</summary>
internal sealed class FencedDriver(FencedWorld world) : ITargetDriver, ITransportIdDriver
{
    public ProtocolIdentifier Protocol => ProtocolIdentifier.Iscsi;

    public TransportId? TransportIdOf(Session session) => TransportId.Iscsi(session.InitiatorName, 0);

    public void RequestDataOut(ScsiCommand command)
    {
        FencedCommand fenced = world.Of(command);
        fenced.SeenEarly = world.Rules.Found();
        world.ScheduleLater(world.Random.Next(fenced.IsWrite ? 60 : 6), () =>
        {
            int offset = 0;
            foreach (DataSegment segment in command.Segments)
            {
                int piece = Math.Min(segment.Length, command.DataOutLength - offset);
                fenced.DataOut.AsSpan(offset, piece).CopyTo(segment.Span);
                offset += piece;
            }
            // It has not had its turn while its data was on its way.
            fenced.CheckedFrom = Math.Max(fenced.CheckedFrom, world.Rules.Tick());
            command.DataOutReceived();
        });
    }

    public void AbortDataOut(ScsiCommand command)
    {
        // What is on its way comes at some later step, and that is its end.
    }

    public void SendResponse(ScsiCommand command)
    {
        FencedCommand fenced = world.Of(command);
        world.Rules.CheckResponse(fenced, command);
        if (world.Random.Next(3) == 0)
            command.ResponseSent(delivered: true);
        else
            world.Schedule(() => command.ResponseSent(delivered: true));
    }

    public void TaskManagementDone(TaskManagementRequest request) => world.Rules.CountAnswer(request);
}
