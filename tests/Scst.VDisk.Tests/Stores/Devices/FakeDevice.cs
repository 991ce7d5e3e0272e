using System.Collections.Generic;

namespace Scst.VDisk.Tests;

/// <summary>A block device that only answers questions.</summary>
internal sealed class FakeDevice : IDeviceQueries
{
    private readonly Dictionary<DeviceQuery, long> _answers = [];

    internal long this[DeviceQuery query]
    {
        set => _answers[query] = value;
    }

    public long? Ask(DeviceQuery query) => _answers.TryGetValue(query, out long answer) ? answer : null;
}
