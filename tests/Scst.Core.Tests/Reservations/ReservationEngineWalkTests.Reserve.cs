using System.Threading.Tasks;
using Scst.Core.Tests.Reservations.Persistent;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>RESERVE and RELEASE of SPC-2 beside persistent reservations (SPC-2 5.5.1; SPC-6, CRH).</summary>
internal sealed partial class ReservationEngineWalkTests
{
    /// <summary>From a RESERVE to the end of what it does: a RELEASE or the loss of the nexus.</summary>
    private async Task ReserveAndReleaseAsync()
    {
        foreach (WalkSession session in _world.Sessions)
            Listen(session);
        WalkSession from = _world.Sessions[_random.Next(_world.Sessions.Count)];
        _what += $", RESERVE from {from.Nexus}";
        if (Model.Lost)
        {
            Require(WalkSession.SenseOf(from.Run(Reserve())) == InformationLost, "RESERVE although information is lost");
            return;
        }
        if (Model.Keys.Count > 0)
        {
            ScsiStatus expected = Model.HasPart(from.Nexus) ? ScsiStatus.Good : ScsiStatus.ReservationConflict;
            Require(from.Run(Reserve()).Result.Status == expected, $"RESERVE is not {expected}");
            Require(from.Run(Release()).Result.Status == expected, $"RELEASE is not {expected}");
            Count("reserve beside");
            return;
        }
        Require(from.Run(Reserve()).Result.Status == ScsiStatus.Good, "RESERVE");
        Count("reserved");
        CheckReserved(from);
        if (IsOneIn(2) && _world.Sessions.Count > 1)
        {
            await _world.EndAsync(from);
            Count("reservation lost with session");
        }
        else
        {
            Require(from.Run(Release()).Result.Status == ScsiStatus.Good, "RELEASE");
        }
        foreach (WalkSession session in _world.Sessions)
            Require(session.Run(Cdbs.TestUnitReady).Result.Status == ScsiStatus.Good, $"{session.Nexus} after the end of the RESERVE");
    }

    private void CheckReserved(WalkSession holder)
    {
        int writes = _world.Store.Writes;
        foreach (WalkSession session in _world.Sessions)
        {
            bool holds = session == holder;
            ScsiStatus expected = holds ? ScsiStatus.Good : ScsiStatus.ReservationConflict;
            // RELEASE of what one does not hold is no error and has no effect.
            Require(holds || session.Run(Release()).Result.Status == ScsiStatus.Good, $"RELEASE of {session.Nexus}");
            Require(session.Run(Cdbs.TestUnitReady).Result.Status == expected, $"{session.Nexus} beside the RESERVE");
            Require(session.Run(Reserve()).Result.Status == expected, $"RESERVE from {session.Nexus} beside the RESERVE");
            Require(session.Run(Cdbs.Inquiry(96), dataIn: 96).Result.Status == ScsiStatus.Good, $"INQUIRY from {session.Nexus}");
            // The two kinds exclude each other, also for one initiator.
            ModelOrder order = new(6, 0, 1) { Aptpl = true };
            Require(
                session.Run(order.Cdb(), order.List()).Result.Status == ScsiStatus.ReservationConflict,
                $"PERSISTENT RESERVE OUT from {session.Nexus}");
        }
        Require(_world.Store.Writes == writes, "a conflict was stored");
    }

    /// <summary>Takes all that the nexus is to be told.</summary>
    private void Listen(WalkSession session)
    {
        session.Use();
        while (session.Attentions.Count > 0)
        {
            int expected = session.Take(beforeReservations: false);
            LoopbackCommand command = session.Run(Cdbs.TestUnitReady);
            Require(WalkSession.SenseOf(command) == expected, $"{session.Nexus} was not told {expected:X}");
        }
    }

    /// <summary>RESERVE(6) or RESERVE(10).</summary>
    private byte[] Reserve() => IsOneIn(2) ? [0x16, 0, 0, 0, 0, 0] : [0x56, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>RELEASE(6) or RELEASE(10).</summary>
    private byte[] Release() => IsOneIn(2) ? [0x17, 0, 0, 0, 0, 0] : [0x57, 0, 0, 0, 0, 0, 0, 0, 0, 0];
}
