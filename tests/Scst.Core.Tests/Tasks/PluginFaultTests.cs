using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>An exception out of a plug-in costs the one command that it happened in, and is logged.</summary>
[TestFixture]
internal sealed class PluginFaultTests : EngineFixture
{
    private const int HandlerFailed = 3;
    private const int DriverFailed = 4;

    private readonly LogSink _log = new();
    private LoopbackInitiator _initiator = null!;

    protected override ScsiEngineOptions EngineOptions => new() { LoggerFactory = _log };

    private FaultyHandler Faulty => (FaultyHandler)Disk;

    [SetUp]
    public void Connect()
    {
        _log.Events.Clear();
        Faulty.Faults.Clear();
        _initiator = Login();
    }

    [OneTimeTearDown]
    public void DisposeLog() => _log.Dispose();

    protected override ScriptedHandler CreateDisk() => new FaultyHandler();

    [TestCase("Parse")]
    [TestCase("Execute")]
    [TestCase("WantsToLend")]
    [TestCase("TryLend")]
    public void A_handler_that_throws_fails_the_one_command(string where)
    {
        Faulty.Faults.Add(where);
        Expect.Check(Run(_initiator, Cdbs.Write(0, 1), Pattern(512, 1)), 0x4, 0x4400);
        Assert.That(_log.Events, Does.Contain(HandlerFailed));
        Faulty.Faults.Clear();
        Expect.Good(Run(_initiator, Cdbs.Write(0, 1), Pattern(512, 1)));
    }

    // Data-out that has no place, or two, must not be taken for written.
    [TestCase(true, 0)]
    [TestCase(true, 511)]
    [TestCase(false, 512)]
    public void A_lender_that_lends_other_than_it_says_fails_the_one_command(bool answer, int length)
    {
        Faulty.Lends = (answer, length);
        Expect.Check(Run(_initiator, Cdbs.Write(0, 1), Pattern(512, 1)), 0x4, 0x4400);
        Assert.That(Disk.Started, Is.Empty);
        Assert.That(_log.Events, Does.Contain(HandlerFailed));
        Faulty.Lends = null;
        Expect.Good(Run(_initiator, Cdbs.Write(0, 1), Pattern(512, 1)));
    }

    [TestCase("CommandFreed")]
    [TestCase("EndOfBurst")]
    [TestCase("AfterCompletion")]
    public void A_handler_that_throws_when_it_is_too_late_changes_nothing(string where)
    {
        Faulty.Faults.Add(where);
        Expect.Good(Run(_initiator, Cdbs.Write(0, 1), Pattern(512, 1)));
        Expect.Good(Run(_initiator, Cdbs.Read(0, 1), dataIn: 512));
        Assert.That(_log.Events, Does.Contain(HandlerFailed));
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
    }

    [Test]
    public void A_page_that_throws_fails_the_inquiry()
    {
        Faulty.Faults.Add("WriteVpdPage");
        Expect.Check(Run(_initiator, Cdbs.Inquiry(255, 0xB0), dataIn: 255), 0x4, 0x4400);
        Expect.Good(Run(_initiator, Cdbs.Inquiry(255, 0x83), dataIn: 255));
        Assert.That(_log.Events, Does.Contain(HandlerFailed));
    }

    [Test]
    public async Task A_handler_that_throws_at_an_abort_keeps_no_answer_back()
    {
        Faulty.Faults.Add("Abort");
        Faulty.Holds = _ => true;
        LoopbackCommand read = Start(_initiator, Cdbs.Read(0, 1), dataIn: 512);
        Task<TaskManagementResponse> abort = Begin(_initiator, TaskManagementFunction.AbortTask, tag: read.Tag);
        Faulty.Release(read.Tag);
        Assert.That(await abort, Is.EqualTo(TaskManagementResponse.FunctionComplete));
        Assert.That(_log.Events, Does.Contain(HandlerFailed));
    }

    [Test]
    public async Task A_handler_that_throws_while_it_is_detached_harms_no_other()
    {
        var other = new ScriptedHandler();
        Add("other", other);
        Faulty.Faults.Add("Detach");
        await Engine.DisposeAsync();
        Assert.That(other.Detached, Is.EqualTo(1));
    }

    [Test]
    public void A_driver_that_throws_when_it_is_asked_for_data_fails_the_command()
    {
        var driver = new RecordingDriver { OnRequestDataOut = _ => throw new InvalidOperationException("The driver is broken.") };
        Session session = Open(driver);
        RecordingDriver.Submit(session, Cdbs.Write(0, 1), DataDirection.FromInitiator, 512);
        Assert.That(driver.Responses[^1].Sense!.Value, Is.EqualTo(Sense.AbortedCommand(AdditionalSense.InternalTargetFailure)));
        Assert.That(_log.Events, Does.Contain(DriverFailed));
    }

    [Test]
    public void A_driver_that_throws_when_it_is_given_a_response_has_lost_it()
    {
        var driver = new RecordingDriver();
        Session session = Open(driver);
        driver.OnSendResponse = _ => throw new InvalidOperationException("The driver is broken.");
        RecordingDriver.Submit(session, Cdbs.Read(0, 1), DataDirection.ToInitiator, 512);
        Assert.That(session.UndeliveredResponses, Is.EqualTo(1));
        Assert.That(Engine.BufferPool.RentedBytes, Is.Zero);
        driver.OnSendResponse = null;
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        Assert.That(driver.Responses[^1].Status, Is.EqualTo(ScsiStatus.Good));
    }

    [Test]
    public void A_driver_that_throws_after_it_has_sent_the_response_loses_nothing()
    {
        var driver = new RecordingDriver();
        driver.OnSendResponse = command =>
        {
            driver.Record(command);
            command.ResponseSent(delivered: true);
            throw new InvalidOperationException("The driver is broken.");
        };
        Session session = Open(driver);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        Assert.That(driver.Responses, Has.Count.EqualTo(3));
        Assert.That(session.UndeliveredResponses, Is.Zero);
    }

    [Test]
    public void A_driver_that_brings_data_that_nobody_asked_for_changes_nothing([Values] bool failed)
    {
        var driver = new RecordingDriver();
        Session session = Open(driver);
        Faulty.Holds = _ => true;
        ScsiCommand read = RecordingDriver.Submit(session, Cdbs.Read(0, 1), DataDirection.ToInitiator, 512, tag: 5);
        Assert.That(
            () =>
            {
                if (failed)
                    read.DataOutFailed(Sense.AbortedCommand(AdditionalSense.DataPhaseError));
                else
                    read.DataOutReceived();
            },
            Throws.InvalidOperationException);
        Faulty.Held.Remove(read);
        read.CompleteDataIn(100);
        Expect.Good(driver.Responses[^1]);
        Assert.That(driver.Responses[^1].DataInLength, Is.EqualTo(100));
        Assert.That(driver.Responses[^1].SenseData.Length, Is.Zero);
    }

    [Test]
    public void A_driver_that_throws_at_an_event_keeps_no_unit_attention_back()
    {
        var driver = new EventDriver();
        Session session = Open(driver);
        LoopbackInitiator last = Login("last");
        Unit.EstablishUnitAttention(AdditionalSense.CapacityDataHasChanged);
        Assert.That(driver.Sense, Is.EqualTo(Sense.UnitAttention(AdditionalSense.CapacityDataHasChanged)));
        Expect.Check(Run(last, Cdbs.TestUnitReady), 0x6, 0x2A09);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        Assert.That(driver.Inner.Responses[^1].Sense!.Value.Key, Is.EqualTo(SenseKey.UnitAttention), "The event comes in addition.");
    }

    private Session Open(ITargetDriver driver)
    {
        Session session = OpenSession(driver);
        RecordingDriver.Submit(session, Cdbs.TestUnitReady);
        return session;
    }

    private sealed class FaultyHandler
        : ScriptedHandler, IDevHandler, IDataOutLender, ICommandFreedHandler, IBurstHandler, IAbortHandler, IVpdPageSource
    {
        internal HashSet<string> Faults { get; } = [];

        public ReadOnlySpan<byte> VpdPageCodes => [0xB0];

        void IDevHandler.Parse(ScsiCommand command)
        {
            Throw("Parse");
            Parse(command);
        }

        void IDevHandler.Execute(ScsiCommand command)
        {
            Throw("Execute");
            Execute(command);
            Throw("AfterCompletion");
        }

        void IDevHandler.Detach() => Throw("Detach");

        public bool WantsToLend(ScsiCommand command)
        {
            Throw("WantsToLend");
            return true;
        }

        /// <summary>What is lent in place of the whole length, and what is said of it.</summary>
        internal (bool Answer, int Length)? Lends { get; set; }

        public bool TryLend(ScsiCommand command)
        {
            int length = Lends?.Length ?? command.DataOutLength;
            if (length > 0)
                command.AddSegment(DataSegment.FromMemory(new byte[length], 0, length));
            Throw("TryLend");
            return Lends?.Answer ?? true;
        }

        public void CommandFreed(ScsiCommand command) => Throw("CommandFreed");

        public void EndOfBurst() => Throw("EndOfBurst");

        public void Abort(ScsiCommand command) => Throw("Abort");

        public int WriteVpdPage(byte pageCode, Span<byte> destination)
        {
            Throw("WriteVpdPage");
            return 0;
        }

        private void Throw(string where)
        {
            if (Faults.Contains(where))
                throw new InvalidOperationException($"{where} is broken.");
        }
    }

    private sealed class EventDriver : ITargetDriver, IAsyncEventDriver
    {
        internal RecordingDriver Inner { get; } = new();

        internal Sense Sense { get; private set; }

        public void ReportAsyncEvent(Session session, Lun lun, in Sense sense)
        {
            Sense = sense;
            throw new InvalidOperationException("The driver is broken.");
        }

        public void RequestDataOut(ScsiCommand command) => Inner.RequestDataOut(command);

        public void AbortDataOut(ScsiCommand command) => Inner.AbortDataOut(command);

        public void SendResponse(ScsiCommand command) => Inner.SendResponse(command);

        public void TaskManagementDone(TaskManagementRequest request) => Inner.TaskManagementDone(request);
    }

    private sealed class LogSink : ILoggerFactory, ILogger
    {
        internal List<int> Events { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
                Events.Add(eventId.Id);
        }

        public void Dispose()
        {
        }
    }
}
