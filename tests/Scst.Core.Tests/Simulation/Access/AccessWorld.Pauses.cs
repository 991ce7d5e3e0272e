using System;
using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst.Tests.Simulation.Access;

/// <content>What is paused, and what must hold then.</content>
internal sealed partial class AccessWorld
{
    private readonly List<AccessPause> _pauses = [];

    internal int PausesInForce { get; private set; }

    /// <summary>A command is at the medium: nothing may be there that is paused, once the pause is said to be drained.</summary>
    internal void Touched(ScsiCommand command)
    {
        if (_pauses.Find(pause => pause.IsInForce && pause.Concerns(command)) is { } broken)
            Fail($"{Of(command)} is at the medium while paused: {broken.Pause}");
    }

    private void PauseSomething(AccessInitiator initiator)
    {
        Session session = initiator.Session!;
        var options = new PauseOptions("random", TimeSpan.FromSeconds(Random.Next(1, 3)));
        int unit = Random.Next(Units);
        Lun lun = Lun.FromNumber(Random.Next(Luns));
        switch (Random.Next(3))
        {
            case 0:
                _pauses.Add(new(_units[unit].Pause(options), _units[unit], null, null));
                break;
            case 1:
                _pauses.Add(new(session.Pause(options), null, session, null));
                break;
            case 2 when session.FindNexus(lun) is { } nexus:
                _pauses.Add(new(session.Pause(lun, options), null, null, nexus));
                break;
        }
    }

    private void ResumeSomething()
    {
        if (_pauses.Count > 0)
            ResumeAt(Random.Next(_pauses.Count));
    }

    private void ResumeAt(int index)
    {
        if (_pauses[index].IsInForce)
            PausesInForce++;
        _pauses[index].Pause.Resume();
        // One that is not drained yet has to say later that it is.
        if (_pauses[index].Pause.Drained.IsCompleted)
            _pauses.RemoveAt(index);
    }

    private void ResumeAll()
    {
        for (int i = _pauses.Count - 1; i >= 0; i--)
            ResumeAt(i);
        Scheduler.RunUntilIdle();
        EndAllOfTheStuck();
        if (_pauses.Find(pause => !pause.Pause.Drained.IsCompleted) is { } waiting)
            Fail($"{waiting.Pause} never drained");
        if (_units.Any(unit => unit.Pauses.Count != 0))
            Fail("A pause that is over is still shown");
    }
}
