using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Testing;

/// <summary>
/// What every <see cref="ITargetDriver"/> owes the middle level and its initiators. Inherit it, say how to start a target
/// and how to connect an initiator to it, and run it.
/// </summary>
public abstract partial class TargetDriverContract
{
    private static readonly int[] _lengths =
    [
        1, 2, 3, 4, 5, 511, 512, 513, 4095, 4096, 4097, 8191, 8192, 8193, 65535, 65536, 65537, 262143, 262144, (1 << 20) - 1, 1 << 20,
    ];

    /// <summary>Only so that a broken driver fails instead of hanging; no verdict depends on it.</summary>
    private static readonly TimeSpan _hang = TimeSpan.FromMinutes(1);

    private readonly List<DriverInitiator> _initiators = [];
    private SessionLog _log = null!;
    private ScsiEngine _engine = null!;
    private ProbeHandler _probe = null!;
    private ProbeHandler _second = null!;
    private Target _target = null!;

    /// <summary>Whether the transport carries CDBs of more than 16 bytes.</summary>
    protected virtual bool CarriesLongCdbs => true;

    /// <summary>
    /// How long the pool buffers are that the transport rents to gather what it sends and receives; 0 if it rents none. They
    /// may be out for a moment after an answer has arrived, so that only other lengths belong to commands.
    /// </summary>
    protected virtual int TransportBufferLength => 0;

    private long BytesOfCommands => TransportBufferLength == 0
        ? _engine.BufferPool.RentedBytes
        : _engine.BufferPool.RentedBytes % TransportBufferLength;

    /// <summary>Starts the driver with one target.</summary>
    /// <param name="engine">The engine whose logical units the target shows.</param>
    /// <param name="options">Who may see what.</param>
    /// <returns>The target.</returns>
    protected abstract ValueTask<Target> StartAsync(ScsiEngine engine, TargetOptions options);

    /// <summary>Connects an initiator to the target that was started.</summary>
    /// <param name="name">The initiator's name; <see cref="Session.InitiatorName"/> must contain it.</param>
    protected abstract ValueTask<DriverInitiator> ConnectAsync(string name);

    /// <summary>Stops the driver. Sessions that are left end.</summary>
    protected abstract ValueTask StopAsync();

    [SetUp]
    public async Task StartTargetAsync()
    {
        _log = new SessionLog();
        _engine = new ScsiEngine(new ScsiEngineOptions { LoggerFactory = _log });
        _probe = new ProbeHandler();
        _second = new ProbeHandler();
        LogicalUnit first = _engine.AddLogicalUnit("first", _probe);
        LogicalUnit second = _engine.AddLogicalUnit("second", _second);
        _target = await StartAsync(_engine, new TargetOptions { DefaultGroup = AccessControlGroup.Of(first, second) });
    }

    [TearDown]
    public async Task StopTargetAsync()
    {
        _probe.OnExecute = null;
        _probe.Release();
        foreach (DriverInitiator initiator in _initiators)
            await initiator.DisposeAsync().AsTask().WaitAsync(_hang);
        _initiators.Clear();
        await StopAsync().AsTask().WaitAsync(_hang);
        await _engine.DisposeAsync().AsTask().WaitAsync(_hang);
        _log.Dispose();
        Assert.That(_engine.BufferPool.RentedBytes, Is.Zero, "buffers that did not come back");
    }

    [Test]
    public async Task The_session_knows_its_initiator()
    {
        await LoginAsync("somebody");
        Assert.That(_target.Sessions.Single().InitiatorName, Does.Contain("somebody"));
    }

    [Test]
    public async Task Data_of_every_length_arrives_whole_both_ways()
    {
        DriverInitiator initiator = await LoginAsync();
        foreach (int length in _lengths)
        {
            byte[] data = Pattern(length, length);
            Good(await RunAsync(initiator, Write(data)));
            Assert.That(_probe.Medium.AsSpan(0, length).SequenceEqual(data), $"{length} bytes of data-out");
            DriverOutcome read = await RunAsync(initiator, Read(length));
            Good(read);
            Assert.That(read.DataIn.AsSpan().SequenceEqual(data), $"{length} bytes of data-in");
            Assert.That(read.ResidualKind, Is.EqualTo(ResidualKind.None));
        }
    }

    [Test]
    public async Task Several_commands_on_their_way_do_not_mix_their_data()
    {
        DriverInitiator initiator = await LoginAsync();
        byte[][] data = [.. Enumerable.Range(0, 48).Select(place => Pattern(1 + (place * 1361), place))];
        DriverOutcome[] writes = await PipelineAsync(initiator, data.Select((bytes, place) => Write(bytes, place)));
        Array.ForEach(writes, Good);
        DriverOutcome[] reads = await PipelineAsync(initiator, data.Select((bytes, place) => Read(bytes.Length, place)));
        for (int place = 0; place < data.Length; place++)
        {
            Good(reads[place]);
            Assert.That(reads[place].DataIn.AsSpan().SequenceEqual(data[place]), $"place {place}");
        }
    }

    [Test]
    public async Task Two_initiators_do_not_mix_their_data()
    {
        DriverInitiator[] initiators = [await LoginAsync("one"), await LoginAsync("two")];
        byte[][] data = [Pattern(60000, 1), Pattern(60000, 2)];
        for (int round = 0; round < 8; round++)
        {
            var outcomes = new List<Task<DriverOutcome>>();
            for (int i = 0; i < 2; i++)
            {
                outcomes.Add(initiators[i].Start(Write(data[i], i + (2 * round))).Outcome);
                await initiators[i].FlushAsync();
            }
            foreach (DriverOutcome outcome in await Task.WhenAll(outcomes).WaitAsync(_hang))
                Good(outcome);
        }
        for (int place = 0; place < 16; place++)
            Assert.That(_probe.Medium.AsSpan(place << 16, 60000).SequenceEqual(data[place % 2]), $"place {place}");
    }

    // What the CDB moves against what the initiator expects; none of them is an error.
    [TestCase(100, 100, ResidualKind.None, 0u)]
    [TestCase(100, 356, ResidualKind.Underflow, 256u)]
    [TestCase(5000, 300, ResidualKind.Overflow, 4700u)]
    [TestCase(0, 300, ResidualKind.Underflow, 300u)]
    [TestCase(70000, 1, ResidualKind.Overflow, 69999u)]
    public async Task Residuals_are_stated(int moved, int expected, ResidualKind kind, uint count)
    {
        DriverInitiator initiator = await LoginAsync();
        Pattern(ProbeHandler.MediumLength, 3).CopyTo(_probe.Medium, 0);
        DriverOutcome read = await RunAsync(initiator, new DriverCommand { Cdb = ProbeHandler.Cdb(false, moved), DataInLength = expected });
        Good(read);
        Assert.That((read.ResidualKind, read.ResidualCount), Is.EqualTo((kind, count)));
        Assert.That(read.DataIn, Is.EqualTo(_probe.Medium[..Math.Min(moved, expected)]));

        byte[] data = Pattern(expected, 4);
        DriverOutcome write = await RunAsync(initiator, new DriverCommand { Cdb = ProbeHandler.Cdb(true, moved), DataOut = data });
        Good(write);
        Assert.That((write.ResidualKind, write.ResidualCount), Is.EqualTo((kind, count)));
        int arrived = Math.Min(moved, expected);
        Assert.That(_probe.Medium[..arrived], Is.EqualTo(data[..arrived]));
    }

    [Test]
    public async Task Sense_data_arrives_with_all_that_it_says()
    {
        DriverInitiator initiator = await LoginAsync();
        Sense[] all =
        [
            Sense.MediumError(AdditionalSense.UnrecoveredReadError, 0x1234_5678),
            Sense.InvalidFieldInCdb(7, 3),
            Sense.NotReady(AdditionalSense.LogicalUnitIsInProcessOfBecomingReady, 0x4000),
        ];
        foreach (Sense sense in all)
        {
            _probe.OnExecute = command => command.Fail(sense);
            DriverOutcome outcome = await RunAsync(initiator, Read(512));
            Assert.That(outcome.Status, Is.EqualTo(ScsiStatus.CheckCondition));
            Assert.That(outcome.Sense, Is.EqualTo(sense));
            Assert.That(outcome.DataIn, Is.Empty);
        }
    }

    [TestCase(ScsiStatus.ConditionMet)]
    [TestCase(ScsiStatus.Busy)]
    [TestCase(ScsiStatus.ReservationConflict)]
    [TestCase(ScsiStatus.TaskSetFull)]
    public async Task Every_status_arrives(ScsiStatus status)
    {
        DriverInitiator initiator = await LoginAsync();
        _probe.OnExecute = command => command.Complete(status);
        DriverOutcome outcome = await RunAsync(initiator, Write([]));
        Assert.That(outcome.Status, Is.EqualTo(status));
        Assert.That(outcome.SenseData, Is.Empty);
    }

    [Test]
    public async Task Commands_reach_the_logical_unit_that_they_name()
    {
        DriverInitiator initiator = await LoginAsync();
        byte[] data = Pattern(100, 5);
        Good(await RunAsync(initiator, Write(data) with { Lun = 1 }));
        Assert.That(_second.Medium[..100], Is.EqualTo(data));
        Assert.That(_probe.Medium[..100], Is.All.Zero);
        DriverOutcome nobody = await RunAsync(initiator, new DriverCommand { Cdb = new byte[6], Lun = 2 });
        Assert.That(nobody.Sense, Is.EqualTo(Sense.IllegalRequest(AdditionalSense.LogicalUnitNotSupported)));
    }

    [Test]
    public async Task Long_cdbs_arrive_whole()
    {
        Assume.That(CarriesLongCdbs);
        DriverInitiator initiator = await LoginAsync();
        byte[] content = Pattern(22, 6);
        DriverOutcome outcome = await RunAsync(initiator, new DriverCommand { Cdb = ProbeHandler.LongCdb(content), DataInLength = 22 });
        Good(outcome);
        Assert.That(outcome.DataIn, Is.EqualTo(content));
    }

    /// <summary>A new initiator that has heard of the power on at both logical units.</summary>
    private async Task<DriverInitiator> LoginAsync(string name = "initiator")
    {
        DriverInitiator initiator = await ConnectAsync(name);
        _initiators.Add(initiator);
        for (int lun = 0; lun < 2; lun++)
        {
            DriverOutcome ready = await RunAsync(initiator, new DriverCommand { Cdb = new byte[6], Lun = lun });
            Assert.That(ready.Sense, Is.EqualTo(Sense.UnitAttention(AdditionalSense.PowerOnResetOrBusDeviceResetOccurred)));
        }
        return initiator;
    }

    private static async Task<DriverOutcome> RunAsync(DriverInitiator initiator, DriverCommand command) =>
        (await PipelineAsync(initiator, [command]))[0];

    private static async Task<DriverOutcome[]> PipelineAsync(DriverInitiator initiator, IEnumerable<DriverCommand> commands)
    {
        Task<DriverOutcome>[] outcomes = [.. commands.Select(command => initiator.Start(command).Outcome)];
        await initiator.FlushAsync().AsTask().WaitAsync(_hang);
        return await Task.WhenAll(outcomes).WaitAsync(_hang);
    }

    private static DriverCommand Read(int length, int place = 0, int number = 0) =>
        new() { Cdb = ProbeHandler.Cdb(false, length, place, number), DataInLength = length };

    private static DriverCommand Write(byte[] data, int place = 0, int number = 0) =>
        new() { Cdb = ProbeHandler.Cdb(true, data.Length, place, number), DataOut = data };

    private static void Good(DriverOutcome outcome)
    {
        Assert.That(outcome.NoResponse, Is.False, "The command ended without a response.");
        Assert.That(outcome.Status, Is.EqualTo(ScsiStatus.Good), () => $"sense {outcome.Sense}");
    }

    private static byte[] Pattern(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
