using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Testing;

/// <summary>
/// What every <see cref="IDevHandler"/> owes the middle level, whatever its commands do. Inherit it, say how to make a handler, and
/// run it.
/// </summary>
public abstract class DevHandlerContract
{
    private FaultLog _log = null!;
    private ScsiEngine _engine = null!;
    private LoopbackDriver _driver = null!;
    private LoopbackInitiator _initiator = null!;
    private LogicalUnit _logicalUnit = null!;

    /// <summary>Makes a handler with a medium of its own. The contract disposes it if it can be disposed.</summary>
    protected abstract IDevHandler CreateHandler();

    private CommandDescriptor[] Commands => [.. _logicalUnit.Description.Commands];

    [SetUp]
    public async Task AttachAsync()
    {
        _log = new FaultLog();
        _engine = new ScsiEngine(new ScsiEngineOptions { LoggerFactory = _log });
        _driver = new LoopbackDriver(_engine);
        _logicalUnit = _engine.AddLogicalUnit("device", CreateHandler());
        Target target = _driver.AddTarget("target", new TargetOptions { DefaultGroup = AccessControlGroup.Of(_logicalUnit) });
        _initiator = _driver.Connect(target, "initiator");
        await ClearAttentionAsync();
    }

    /// <summary>Also holds the handler to the buffers that it was lent and to the exceptions that it must not let out.</summary>
    [TearDown]
    public async Task DetachAsync()
    {
        await _initiator.DisposeAsync();
        await _driver.DisposeAsync();
        await _engine.DisposeAsync();
        if (_logicalUnit.Handler is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        _log.Dispose();
        Assert.That(_engine.BufferPool.RentedBytes, Is.Zero, "buffers that did not come back");
        Assert.That(_log.Faults, Is.Empty, "exceptions out of the handler");
    }

    /// <summary>Where the CONTROL byte is (SPC-6 4.2.3: byte 1 of a variable length CDB, else the last).</summary>
    private static int ControlOf(CommandDescriptor command) => command.Code == OperationCode.VariableLength ? 1 : command.CdbLength - 1;

    [Test]
    public void The_command_table_is_sound()
    {
        Assert.That(Commands, Is.Not.Empty);
        foreach (CommandDescriptor command in Commands)
        {
            Assert.That(command.Name, Is.Not.Empty);
            Assert.That(command.Usage.Span[ControlOf(command)] & 0x3B, Is.Zero, $"{command.Name}: the CONTROL byte is the core's");
        }
    }

    [Test]
    public async Task Every_command_ends()
    {
        foreach (CommandDescriptor command in Commands)
        {
            foreach (int length in new[] { 0, 512, 4096, 65536 })
            {
                DataDirection direction = length == 0 ? DataDirection.None : command.Direction;
                var step = new HandlerStep(command, HandlerStep.Empty(command), direction, length, TaskAttribute.Simple);
                LoopbackResult result = await ExecuteAsync(step);
                Assert.That(result.NoResponse, Is.False, command.Name);
                Assert.That(result.Sense?.Additional, Is.Not.EqualTo(AdditionalSense.InvalidCommandOperationCode), command.Name);
                await ClearAttentionAsync();
            }
        }
    }

    [Test]
    public async Task Reserved_bits_are_refused()
    {
        foreach (CommandDescriptor command in Commands)
        {
            for (int index = 1; index < command.CdbLength; index++)
            {
                if (index == ControlOf(command))
                    continue;
                for (int bit = 0; bit < 8; bit++)
                {
                    bool isField = (command.Usage.Span[index] & (1 << bit)) != 0;
                    if (isField || (HandlerStep.IsIdentity(command, index) && (index > 1 || bit < 5)))
                        continue;
                    byte[] cdb = HandlerStep.Empty(command);
                    cdb[index] |= (byte)(1 << bit);
                    LoopbackResult result = await ExecuteAsync(new(command, cdb, DataDirection.None, 0, TaskAttribute.Simple));
                    Sense? sense = result.Sense;
                    string what = $"{command.Name}, byte {index}, bit {bit}";
                    Assert.That(sense?.Additional, Is.EqualTo(AdditionalSense.InvalidFieldInCdb), what);
                    Assert.That(sense?.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, (ushort)index, (byte)bit)), what);
                }
            }
        }
    }

    [Test]
    public async Task What_is_not_in_the_table_is_refused()
    {
        var table = new CommandTable(SpcCommands.All.Concat(ReservationCommands.All).Concat(Commands));
        for (int code = 0; code < 256; code++)
        {
            for (int action = 0; action < 32; action++)
            {
                byte[] cdb = new byte[16];
                cdb[0] = (byte)code;
                cdb[1] = (byte)action;
                if (table.Find(cdb) is not null)
                    continue;
                LoopbackResult result = await _initiator.ExecuteAsync(cdb);
                AdditionalSense expected = table.UsesServiceActions((byte)code)
                    ? AdditionalSense.InvalidFieldInCdb
                    : AdditionalSense.InvalidCommandOperationCode;
                Assert.That(result.Sense?.Additional, Is.EqualTo(expected), $"{code:X2}h, service action {action:X2}h");
            }
        }
    }

    [Test]
    public void Any_history_of_commands_ends() =>
        Prop.ForAll(HandlerStep.Scripts(Commands), (Func<HandlerStep[], Task>)(async script =>
        {
            foreach (HandlerStep step in script)
            {
                LoopbackResult result = await ExecuteAsync(step);
                Assert.That(result.NoResponse, Is.False, step.Command.Name);
                Assert.That(result.DataInLength, Is.LessThanOrEqualTo(step.Length), step.Command.Name);
            }
        })).QuickCheckThrowOnFailure();

    [Test]
    public void Any_commands_at_once_end() =>
        Prop.ForAll(HandlerStep.Scripts(Commands), (Func<HandlerStep[], Task>)(async script =>
        {
            var running = new List<Task<LoopbackResult>>();
            foreach (HandlerStep step in script)
                running.Add(ExecuteAsync(step).AsTask());
            LoopbackResult[] results = await Task.WhenAll(running);
            Assert.That(results.Select(result => result.NoResponse), Has.None.True);
        })).QuickCheckThrowOnFailure();

    [Test]
    public void Aborted_commands_end() =>
        Prop.ForAll(HandlerStep.Scripts(Commands), (Func<HandlerStep[], Task>)(async script =>
        {
            var running = new List<Task<LoopbackResult>>();
            foreach (HandlerStep step in script)
                running.Add(ExecuteAsync(step).AsTask());
            TaskManagementResponse response = await _initiator.ManageAsync(TaskManagementFunction.LogicalUnitReset);
            Assert.That(response, Is.EqualTo(TaskManagementResponse.FunctionComplete));
            await Task.WhenAll(running);
            await ClearAttentionAsync();
        })).QuickCheckThrowOnFailure();

    [Test]
    public async Task A_session_can_end_while_commands_run()
    {
        var running = new List<Task<LoopbackResult>>();
        foreach (CommandDescriptor command in Commands)
            running.Add(ExecuteAsync(new(command, HandlerStep.Empty(command), command.Direction, 4096, TaskAttribute.Simple)).AsTask());
        await _initiator.CloseAsync();
        await Task.WhenAll(running);
        Assert.That(_initiator.Session.Target.Sessions, Is.Empty);
    }

    /// <summary>A handler that lends nothing passes as well; one that lends must have been able to copy.</summary>
    [Test]
    public async Task Commands_end_whether_what_was_lent_can_be_read_or_not()
    {
        var driver = new FaultingDriver();
        Target target = _engine.AddTarget("faulting", driver, new TargetOptions { DefaultGroup = AccessControlGroup.Of(_logicalUnit) });
        Session session = target.OpenSession("faulting");
        ulong tag = 0;
        for (int round = 0; round < 6; round++)
        {
            foreach (CommandDescriptor command in Commands)
            {
                ScsiCommand submitted = session.RentCommand();
                submitted.Initialize(++tag, Lun.Zero, HandlerStep.OneTransfer(command), TaskAttribute.Simple, command.Direction, 4096);
                session.Submit(submitted);
                session.EndOfBurst();
                Assert.That(await driver.Ended.WaitAsync(TimeSpan.FromMinutes(2)), Is.True, command.Name);
            }
        }
        Assert.That(driver.WasLentAgain, Is.False);
        await session.CloseAsync(SessionEndReason.Logout);
        await _engine.RemoveTargetAsync(target);
    }

    private ValueTask<LoopbackResult> ExecuteAsync(HandlerStep step)
    {
        byte[] data = new byte[step.Length];
        return _initiator.ExecuteAsync(
            step.Cdb,
            step.Direction == DataDirection.FromInitiator ? data : default,
            step.Direction == DataDirection.ToInitiator ? data : default,
            attribute: step.Attribute);
    }

    private async Task ClearAttentionAsync()
    {
        LoopbackResult result;
        do
            result = await _initiator.ExecuteAsync(new byte[6]);
        while (result.Sense?.Key == SenseKey.UnitAttention);
    }
}
