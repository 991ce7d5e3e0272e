using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.TaskManagementFunction;
using static Scst.TaskManagementResponse;

namespace Scst.Testing;

/// <content>Order, task management, and what happens when a connection breaks.</content>
public abstract partial class TargetDriverContract
{
    [Test]
    public async Task Every_command_gets_exactly_one_response()
    {
        DriverInitiator initiator = await LoginAsync();
        byte[] data = Pattern(3000, 7);
        DriverOutcome[] outcomes = await PipelineAsync(initiator, Enumerable.Range(0, 100).Select(number => (number % 3) switch
        {
            0 => Read(2000, number % 40, number),
            1 => Write(data, number % 40, number),
            _ => new DriverCommand { Cdb = new byte[6] },
        }));
        foreach (DriverOutcome outcome in outcomes)
            Good(outcome);
        Assert.That(_probe.Started, Has.Length.EqualTo(67));
        Assert.That(_target.Sessions.Single().UndeliveredResponses, Is.Zero);
    }

    [TestCase(TaskAttribute.Simple)]
    [TestCase(TaskAttribute.Ordered)]
    public async Task Commands_are_submitted_in_the_order_in_which_they_were_sent(TaskAttribute attribute)
    {
        DriverInitiator initiator = await LoginAsync();
        int[] numbers = [.. Enumerable.Range(1, 100)];
        byte[] data = Pattern(700, 8);
        await PipelineAsync(initiator, numbers.Select(number => (number % 2 == 0 ? Read(300, 1, number) : Write(data, 2, number)) with
        {
            Attribute = attribute,
        }));
        Assert.That(_probe.Parsed, Is.EqualTo(numbers));
        if (attribute == TaskAttribute.Ordered)
            Assert.That(_probe.Started, Is.EqualTo(numbers));
    }

    [Test]
    public async Task Head_of_queue_is_carried()
    {
        DriverInitiator initiator = await LoginAsync();
        TaskAttribute? seen = null;
        _probe.OnExecute = command =>
        {
            seen = command.TaskAttribute;
            command.Complete();
        };
        await RunAsync(initiator, Write([]) with { Attribute = TaskAttribute.HeadOfQueue });
        Assert.That(seen, Is.EqualTo(TaskAttribute.HeadOfQueue));
    }

    [Test]
    public async Task Aborting_a_command_that_waits_for_data_gives_its_buffers_back()
    {
        DriverInitiator initiator = await LoginAsync();
        (ulong tag, Task<DriverOutcome> write) = initiator.Start(Write(Pattern(50000, 9)) with { WithholdsData = true });
        await initiator.FlushAsync();
        TaskManagementResponse response = await ManageAsync(initiator, AbortTask, 0, tag);
        Assert.That(response, Is.EqualTo(FunctionComplete));
        Assert.That((await write.WaitAsync(_hang)).NoResponse);
        Assert.That(BytesOfCommands, Is.Zero, "The answer to the abort is the last thing.");
        Assert.That(_probe.Started, Is.Empty);
        Good(await RunAsync(initiator, Read(1000)));
    }

    [Test]
    public async Task An_aborted_command_is_not_answered_and_the_abort_waits_for_the_device()
    {
        DriverInitiator initiator = await LoginAsync();
        _probe.Holds = true;
        (ulong tag, Task<DriverOutcome> read) = initiator.Start(Read(1000));
        await initiator.FlushAsync();
        Task<TaskManagementResponse> abort = ManageAsync(initiator, AbortTask, 0, tag);
        TaskManagementResponse query = await ManageAsync(await LoginAsync("other"), QueryTaskSet, 0, 0);
        Assert.That(query, Is.EqualTo(FunctionComplete));
        Assert.That(abort.IsCompleted, Is.False);
        _probe.Release();
        Assert.That(await abort, Is.EqualTo(FunctionComplete));
        Assert.That((await read.WaitAsync(_hang)).NoResponse);
    }

    [Test]
    public async Task Task_management_answers_what_the_middle_level_says()
    {
        DriverInitiator initiator = await LoginAsync();
        Assert.That(await ManageAsync(initiator, AbortTask, 0, 0x1234), Is.EqualTo(TaskDoesNotExist));
        Assert.That(await ManageAsync(initiator, AbortTaskSet, 9, 0), Is.EqualTo(IncorrectLogicalUnitNumber));
        Assert.That(await ManageAsync(initiator, LogicalUnitReset, 0, 0), Is.EqualTo(FunctionComplete));
        DriverOutcome ready = await RunAsync(initiator, new DriverCommand { Cdb = new byte[6] });
        Assert.That(ready.Sense, Is.EqualTo(Sense.UnitAttention(AdditionalSense.BusDeviceResetFunctionOccurred)));
        Good(await RunAsync(initiator, new DriverCommand { Cdb = new byte[6], Lun = 1 }));
    }

    [Test]
    public async Task A_reset_by_one_initiator_ends_the_commands_of_another_without_a_response()
    {
        DriverInitiator initiator = await LoginAsync("one");
        DriverInitiator other = await LoginAsync("two");
        (_, Task<DriverOutcome> write) = initiator.Start(Write(Pattern(9000, 10)) with { WithholdsData = true });
        await initiator.FlushAsync();
        // The task set of the own nexus is asked through the same ordered path, so the write has arrived when it answers.
        Assert.That(await ManageAsync(initiator, QueryTaskSet, 0, 0), Is.EqualTo(FunctionSucceeded));
        Assert.That(await ManageAsync(other, LogicalUnitReset, 0, 0), Is.EqualTo(FunctionComplete));
        Assert.That(_probe.Started, Is.Empty);
        DriverOutcome ready = await RunAsync(initiator, new DriverCommand { Cdb = new byte[6] });
        Assert.That(ready.Sense, Is.EqualTo(Sense.UnitAttention(AdditionalSense.BusDeviceResetFunctionOccurred)));
        Assert.That(write.IsCompletedSuccessfully && !(await write).NoResponse, Is.False, "Nothing was sent for the write.");
    }

    [Test]
    public async Task A_broken_connection_gives_everything_back()
    {
        DriverInitiator initiator = await LoginAsync("one");
        DriverInitiator other = await LoginAsync("two");
        _probe.Holds = true;
        Task<DriverOutcome>[] outcomes =
        [
            initiator.Start(Read(30000)).Outcome,
            initiator.Start(Write(Pattern(30000, 11))).Outcome,
            initiator.Start(Write(Pattern(30000, 12)) with { WithholdsData = true }).Outcome,
            initiator.Start(Read(30000) with { Attribute = TaskAttribute.Ordered }).Outcome,
        ];
        await initiator.FlushAsync();
        Assert.That(await ManageAsync(initiator, QueryTaskSet, 0, 0), Is.EqualTo(FunctionSucceeded));
        await initiator.DisconnectAsync().AsTask().WaitAsync(_hang);
        _probe.Release();
        await _log.WaitForEndAsync(_hang);
        foreach (DriverOutcome outcome in await Task.WhenAll(outcomes).WaitAsync(_hang))
            Assert.That(outcome.NoResponse);
        Assert.That(BytesOfCommands, Is.Zero);
        Assert.That(_target.Sessions.Single().InitiatorName, Does.Contain("two"));
        Good(await RunAsync(other, Read(1000)));
        Good(await RunAsync(await LoginAsync("one"), Read(1000)));
    }

    private static Task<TaskManagementResponse> ManageAsync(
        DriverInitiator initiator,
        TaskManagementFunction function,
        int lun,
        ulong tag) =>
        initiator.ManageAsync(function, lun, tag).WaitAsync(_hang);
}
