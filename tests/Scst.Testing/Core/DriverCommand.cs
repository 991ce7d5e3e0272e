using Scst.Protocol;

namespace Scst.Testing;

/// <summary>A command that <see cref="TargetDriverContract"/> wants its initiator to send.</summary>
public sealed record DriverCommand
{
    /// <summary>The CDB.</summary>
    public required byte[] Cdb { get; init; }

    /// <summary>Data to send; its length is the expected data transfer length.</summary>
    public byte[] DataOut { get; init; } = [];

    /// <summary>Room for data to come; with data to send it is zero.</summary>
    public int DataInLength { get; init; }

    /// <summary>The logical unit number.</summary>
    public int Lun { get; init; }

    /// <summary>The task attribute.</summary>
    public TaskAttribute Attribute { get; init; }

    /// <summary>
    /// Whether the initiator sends no byte of data-out, neither with the command nor when it is asked for it, until the
    /// command has ended.
    /// </summary>
    public bool WithholdsData { get; init; }
}
