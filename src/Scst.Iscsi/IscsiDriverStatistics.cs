namespace Scst.Iscsi;

/// <summary>Figures of a driver at one moment, summed over its connections. Connections that have ended are included in the totals.</summary>
public sealed record IscsiDriverStatistics
{
    /// <summary>Open connections, those in the login phase included.</summary>
    public required int Connections { get; init; }

    /// <summary>Sessions with a target in full feature phase.</summary>
    public required int Sessions { get; init; }

    /// <summary>Discovery sessions in full feature phase.</summary>
    public required int DiscoverySessions { get; init; }

    /// <summary>Connections accepted since the start.</summary>
    public required long TotalConnections { get; init; }

    /// <summary>Bytes received from initiators since the start.</summary>
    public required long BytesIn { get; init; }

    /// <summary>Bytes sent to initiators since the start.</summary>
    public required long BytesOut { get; init; }

    /// <summary>SCSI commands delivered to targets since the start.</summary>
    public required long Commands { get; init; }
}
