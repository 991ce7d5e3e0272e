using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Scst.Protocol;

/// <summary>The log parameters of common log pages, for a handler to return (SPC-6, SBC-5).</summary>
public static class LogPages
{
    private const int ResourceLength = 8;
    private const int GeneralAccessLength = 0x40;
    private const int TimeLength = 8;
    private const byte Dedicated = 0x01;
    private const byte NotDedicated = 0x02;

    /// <summary>Temperature log page (0Dh).</summary>
    /// <param name="celsius">TEMPERATURE in degrees Celsius, 0 to 254; 255: not known.</param>
    /// <param name="reference">REFERENCE TEMPERATURE, the highest at which the device works continuously; null: none is told.</param>
    /// <returns>The parameters.</returns>
    public static IReadOnlyList<LogParameter> Temperature(byte celsius, byte? reference = null)
    {
        var parameters = new List<LogParameter> { Binary(0x0000, 0, celsius) };
        if (reference is { } highest)
            parameters.Add(Binary(0x0001, 0, highest));
        return parameters;
    }

    /// <summary>Start-Stop Cycle Counter log page (0Eh).</summary>
    /// <param name="specifiedCycles">SPECIFIED CYCLE COUNT OVER DEVICE LIFETIME.</param>
    /// <param name="accumulatedCycles">ACCUMULATED START-STOP CYCLES.</param>
    /// <returns>The parameters.</returns>
    public static IReadOnlyList<LogParameter> StartStopCycles(uint specifiedCycles, uint accumulatedCycles) =>
        [Number(0x0003, specifiedCycles), Number(0x0004, accumulatedCycles)];

    /// <summary>Informational Exceptions log page (2Fh).</summary>
    /// <param name="exception">INFORMATIONAL EXCEPTION ADDITIONAL SENSE CODE and its qualifier; default: there is none.</param>
    /// <param name="celsius">MOST RECENT TEMPERATURE READING in degrees Celsius, 0 to 254; 255: not known.</param>
    /// <returns>The parameters.</returns>
    public static IReadOnlyList<LogParameter> InformationalExceptions(AdditionalSense exception, byte celsius = 0xFF) =>
        [Binary(0x0000, exception.Code, exception.Qualifier, celsius)];

    /// <summary>Logical Block Provisioning log page (0Ch) of SBC-5; counts are in threshold sets.</summary>
    /// <param name="available">AVAILABLE LBA MAPPING RESOURCE COUNT; null: not told.</param>
    /// <param name="used">USED LBA MAPPING RESOURCE COUNT; null: not told.</param>
    /// <param name="isDedicated">SCOPE: whether the resources are for this logical unit alone; null: not told.</param>
    /// <returns>The parameters.</returns>
    public static IReadOnlyList<LogParameter> LogicalBlockProvisioning(uint? available, uint? used, bool? isDedicated = null)
    {
        var parameters = new List<LogParameter>();
        if (available is { } free)
            parameters.Add(Resource(0x0001, free, isDedicated));
        if (used is { } taken)
            parameters.Add(Resource(0x0002, taken, isDedicated));
        return parameters;
    }

    /// <summary>
    /// General Statistics and Performance log page (19h), without times: processing intervals, the idle time and the interval that they
    /// are counted in are zero.
    /// </summary>
    /// <param name="reads">NUMBER OF READ COMMANDS.</param>
    /// <param name="writes">NUMBER OF WRITE COMMANDS.</param>
    /// <param name="blocksReceived">NUMBER OF LOGICAL BLOCKS RECEIVED, from initiators.</param>
    /// <param name="blocksTransmitted">NUMBER OF LOGICAL BLOCKS TRANSMITTED, to initiators.</param>
    /// <returns>The parameters.</returns>
    public static IReadOnlyList<LogParameter> GeneralStatisticsAndPerformance(
        long reads, long writes, long blocksReceived, long blocksTransmitted)
    {
        var access = new byte[GeneralAccessLength];
        BinaryPrimitives.WriteInt64BigEndian(access, reads);
        BinaryPrimitives.WriteInt64BigEndian(access.AsSpan(8), writes);
        BinaryPrimitives.WriteInt64BigEndian(access.AsSpan(16), blocksReceived);
        BinaryPrimitives.WriteInt64BigEndian(access.AsSpan(24), blocksTransmitted);
        return [Binary(0x0001, access), Binary(0x0002, new byte[TimeLength]), Binary(0x0003, new byte[TimeLength])];
    }

    private static LogParameter Resource(ushort code, uint count, bool? isDedicated)
    {
        var value = new byte[ResourceLength];
        BinaryPrimitives.WriteUInt32BigEndian(value, count);
        value[4] = isDedicated switch
        {
            true => Dedicated,
            false => NotDedicated,
            null => 0,
        };
        return new(code, LogParameterFormat.BinaryList, value);
    }

    private static LogParameter Number(ushort code, uint number)
    {
        var value = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(value, number);
        return new(code, LogParameterFormat.BinaryList, value);
    }

    private static LogParameter Binary(ushort code, params byte[] value) => new(code, LogParameterFormat.BinaryList, value);
}
