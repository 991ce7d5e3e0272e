using System;
using System.Collections.Generic;
using Scst.Protocol;

namespace Scst.Tests.DeviceServer;

/// <summary>A disk whose medium can be removed, which can test itself and has log pages of its own.</summary>
internal sealed class PrimaryHandler : ScriptedHandler, ISelfTestHandler, ILogPageSource
{
    internal PrimaryHandler() => Description = new()
    {
        Commands = [Read10, Write10, Synchronize],
        BlockLength = BlockLength,
        BlockCount = 8192,
        IsRemovable = true,
    };

    /// <summary>How a self-test ends; null: GOOD.</summary>
    internal Sense? SelfTestFailure { get; set; }

    internal int SelfTests { get; private set; }

    /// <summary>Makes the parameters of the Temperature log page others than what they are; null: it does not.</summary>
    internal LogParameterFormat? TemperatureFormat { get; set; }

    public IReadOnlyList<LogPageCode> LogPageCodes { get; } =
    [
        LogPageCode.LogicalBlockProvisioning, LogPageCode.Temperature, LogPageCode.StartStopCycleCounter,
        LogPageCode.InformationalExceptions, new(0x30, 0x02),
    ];

    public void SelfTest(ScsiCommand command)
    {
        SelfTests++;
        if (SelfTestFailure is { } sense)
            command.Fail(sense);
        else
            command.Complete();
    }

    public IReadOnlyList<LogParameter> ReadLogPage(LogPageCode page) => page.Page switch
    {
        0x0C => LogPages.LogicalBlockProvisioning(available: 0x11223344, used: 5, isDedicated: true),
        0x0D when TemperatureFormat is { } format => [new LogParameter(0, format, new byte[4])],
        0x0D => LogPages.Temperature(41, reference: 70),
        0x0E => LogPages.StartStopCycles(50_000, 3),
        0x2F => LogPages.InformationalExceptions(new AdditionalSense(0x5D, 0x10), 41),
        0x30 => [],
        _ => throw new InvalidOperationException("It has no such page."),
    };
}
