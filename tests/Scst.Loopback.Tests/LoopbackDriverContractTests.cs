using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Protocol;
using Scst.Testing;

namespace Scst.Loopback.Tests;

/// <summary>The loopback driver does what every driver owes.</summary>
[TestFixture]
internal sealed class LoopbackDriverContractTests : TargetDriverContract
{
    private LoopbackDriver _driver = null!;
    private Target _target = null!;

    protected override ValueTask<Target> StartAsync(ScsiEngine engine, TargetOptions options)
    {
        _driver = new LoopbackDriver(engine);
        _target = _driver.AddTarget("target", options);
        return new ValueTask<Target>(_target);
    }

    protected override ValueTask<DriverInitiator> ConnectAsync(string name) => new(new Port(_driver.Connect(_target, name)));

    protected override ValueTask StopAsync() => _driver.DisposeAsync();

    private sealed class Port : DriverInitiator
    {
        private readonly LoopbackInitiator _initiator;

        internal Port(LoopbackInitiator initiator) => _initiator = initiator;

        public override (ulong Tag, Task<DriverOutcome> Outcome) Start(DriverCommand command)
        {
            var outcome = new TaskCompletionSource<DriverOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
            var started = new LoopbackCommand(ended => outcome.SetResult(OutcomeOf(ended)))
            {
                Cdb = command.Cdb,
                DataOut = command.DataOut,
                DataIn = command.DataInLength == 0 ? default : new byte[command.DataInLength],
                Lun = Lun.FromNumber(command.Lun),
                TaskAttribute = command.Attribute,
                HoldsDataOut = command.WithholdsData,
            };
            _initiator.Submit(started);
            return (started.Tag, outcome.Task);
        }

        public override ValueTask FlushAsync()
        {
            _initiator.EndOfBurst();
            return default;
        }

        public override Task<TaskManagementResponse> ManageAsync(TaskManagementFunction function, int lun, ulong tag) =>
            _initiator.ManageAsync(function, lun, tag).AsTask();

        public override ValueTask DisconnectAsync()
        {
            // Only begins here: the target may still be at work on what it has.
            _ = _initiator.CloseAsync(SessionEndReason.ConnectionLost).AsTask();
            return default;
        }

        public override ValueTask DisposeAsync() => _initiator.CloseAsync();

        private static DriverOutcome OutcomeOf(LoopbackCommand command) => new()
        {
            NoResponse = command.Result.NoResponse,
            Status = command.Result.Status,
            SenseData = command.Result.SenseData.ToArray(),
            DataIn = command.Result.NoResponse ? [] : command.DataIn.Slice(0, command.Result.DataInLength).ToArray(),
            ResidualKind = command.Result.ResidualKind,
            ResidualCount = command.Result.ResidualCount,
        };
    }
}
