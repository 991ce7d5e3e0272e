using System;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using Scst.Loopback;

namespace Scst.Tests.DeviceServer;

/// <summary>A disk that has all that the commands of SPC-6 need, a store and a clock.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal abstract class PrimaryFixture : EngineFixture
{
    /// <summary>2023-11-14 22:13:20.000 UTC, 1,700,000,000,000 milliseconds after the beginning of 1970.</summary>
    protected static readonly DateTimeOffset Start2023 = new(2023, 11, 14, 22, 13, 20, TimeSpan.Zero);

    protected LoopbackInitiator Initiator { get; private set; } = null!;

    protected FakeTimeProvider Time { get; } = new(Start2023);

    protected ScriptedStateStore Store { get; } = new("identifying-information");

    protected PrimaryHandler Primary => (PrimaryHandler)Disk;

    protected override ScsiEngineOptions EngineOptions => new() { StateStore = Store, TimeProvider = Time };

    [SetUp]
    public void LogIn() => Initiator = Login();

    protected override ScriptedHandler CreateDisk() => new PrimaryHandler();

    protected byte[] Fetch(string cdb, int length = 4096) => Fetch(Initiator, Bytes(cdb), length);

    protected LoopbackResult Send(string cdb, byte[]? list = null) => Run(Initiator, Bytes(cdb), list);

    protected static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));
}
