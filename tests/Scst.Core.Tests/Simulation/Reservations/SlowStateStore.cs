using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;

namespace Scst.Tests.Simulation.Reservations;

/// <summary>
/// One record that outlives engines. Writes take their time, fail, or leave open what became of them; when the power goes, each
/// that is under way has been done or not.
/// </summary>
/// <param name="world">Where it works.</param>
/// <param name="forgets">Broken on purpose: it says of some writes that they are stored although they are not.</param>
internal sealed class SlowStateStore(FencedWorld world, bool forgets) : IStateStore
{
    private readonly List<Action> _underWay = [];
    private byte[]? _record;
    private long _revision;

    public ValueTask<StateReadResult> ReadAsync(string name)
    {
        // Nothing else is ever saved here.
        if (name != FencedWorld.UnitName)
            return new(new StateReadResult(StateReadStatus.Absent, default, 0));
        if (world.Random.Next(2) == 0)
            return new(Read());
        var result = new TaskCompletionSource<StateReadResult>();
        world.ScheduleLater(world.Random.Next(20), () => result.SetResult(Read()));
        return new(result.Task);
    }

    public ValueTask<StateWriteResult> WriteAsync(string name, ReadOnlyMemory<byte> content, long expectedRevision)
    {
        byte[] copy = content.ToArray();
        int ending = world.Random.Next(12);
        if (ending == 0)
            throw new IOException("as the simulation has it");
        if (world.Random.Next(3) == 0)
            return new(Write(copy, expectedRevision, ending));
        var result = new TaskCompletionSource<StateWriteResult>();
        Action write = () => Write(copy, expectedRevision, ending);
        _underWay.Add(write);
        world.ScheduleLater(world.Random.Next(30), () =>
        {
            _underWay.Remove(write);
            result.SetResult(Write(copy, expectedRevision, ending));
        });
        return new(result.Task);
    }

    /// <summary>The power goes.</summary>
    internal void CutOff()
    {
        foreach (Action write in _underWay)
        {
            if (world.Random.Next(2) == 0)
                write();
        }
        _underWay.Clear();
    }

    private StateReadResult Read() =>
        _record is null ? new(StateReadStatus.Absent, default, 0) : new(StateReadStatus.Found, _record, _revision);

    private StateWriteResult Write(byte[] content, long expectedRevision, int ending)
    {
        if (expectedRevision != _revision)
            return new(StateWriteStatus.Conflict, 0);
        if (ending == 1)
            return new(StateWriteStatus.Failed, 0);
        if (ending != 2)
        {
            _revision++;
            if (!forgets || ending > 5)
                _record = content;
        }
        return ending <= 3 ? new(StateWriteStatus.Uncertain, 0) : new(StateWriteStatus.Stored, _revision);
    }
}
