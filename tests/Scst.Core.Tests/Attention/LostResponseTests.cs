using System;
using System.Collections.Generic;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.Tests.Attention;

/// <summary>Only a unit attention that was reported is cleared (SAM-6): one whose response never left is reported again.</summary>
[TestFixture]
internal sealed class LostResponseTests : EngineFixture
{
    private readonly InOrder _steps = new();
    private readonly RecordingDriver _driver = new();
    private Session _session = null!;

    protected override ScsiEngineOptions EngineOptions => new() { Steps = _steps };

    [SetUp]
    public void Open()
    {
        _session = OpenSession(_driver);
        Submit(1);
        _steps.Run(static () => false);
    }

    [TearDown]
    public void Close()
    {
        _ = _session.CloseAsync(SessionEndReason.Logout).AsTask();
        _steps.Run(static () => false);
        _driver.Responses.Clear();
        _driver.Managed.Clear();
    }

    [TestCase(AdditionalSenseKind.Capacity)]
    [TestCase(AdditionalSenseKind.Reset)]
    public void A_unit_attention_of_a_command_that_is_aborted_before_it_has_ended_is_reported_by_the_next(AdditionalSenseKind kind)
    {
        AdditionalSense condition = Establish(kind);
        ScsiCommand command = Submit(2);
        _steps.Run(() => command.Stage == CommandStage.Done);
        _session.SubmitTaskManagement(TaskManagementFunction.AbortTask, Lun.Zero, 2);
        _steps.Run(static () => false);
        Assert.That(_driver.Managed, Is.EqualTo(new[] { TaskManagementResponse.FunctionComplete }));
        Assert.That(_driver.Responses[^1].NoResponse);
        IsReportedOnce(condition);
    }

    [TestCase(AdditionalSenseKind.Capacity)]
    [TestCase(AdditionalSenseKind.Reset)]
    public void A_unit_attention_whose_response_could_not_be_sent_is_reported_by_the_next(AdditionalSenseKind kind)
    {
        AdditionalSense condition = Establish(kind);
        _driver.OnSendResponse = static command => command.ResponseSent(delivered: false);
        Submit(2);
        _steps.Run(static () => false);
        _driver.OnSendResponse = null;
        IsReportedOnce(condition);
    }

    private AdditionalSense Establish(AdditionalSenseKind kind)
    {
        AdditionalSense condition = kind == AdditionalSenseKind.Reset
            ? AdditionalSense.BusDeviceResetFunctionOccurred
            : AdditionalSense.CapacityDataHasChanged;
        Unit.EstablishUnitAttention(condition);
        return condition;
    }

    private void IsReportedOnce(AdditionalSense condition)
    {
        Submit(3);
        _steps.Run(static () => false);
        Assert.That(_driver.Responses[^1].Sense, Is.EqualTo(Sense.UnitAttention(condition)));
        Submit(4);
        _steps.Run(static () => false);
        Expect.Good(_driver.Responses[^1]);
    }

    private ScsiCommand Submit(ulong tag) => RecordingDriver.Submit(_session, Cdbs.TestUnitReady, tag: tag);

    public enum AdditionalSenseKind
    {
        Capacity,
        Reset,
    }

    /// <summary>Runs the steps in the order in which they came, until a test has seen enough.</summary>
    private sealed class InOrder : StepScheduler
    {
        private readonly Queue<Action> _ready = new();

        internal override void Schedule(Action step) => _ready.Enqueue(step);

        internal void Run(Func<bool> isEnough)
        {
            while (!isEnough() && _ready.Count > 0)
                _ready.Dequeue()();
        }
    }
}
