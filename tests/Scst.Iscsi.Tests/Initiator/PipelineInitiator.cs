using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Channels;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;
using Scst.Protocol;
using Scst.Testing;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>
/// Many commands at once over one connection: one loop sends, another takes what comes, whatever command it is for. R2Ts are
/// answered at once.
/// </summary>
internal sealed class PipelineInitiator : DriverInitiator
{
    private readonly TestInitiator _connection;
    private readonly ConcurrentDictionary<uint, PipelineCommand> _commands = [];
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<ReceivedPdu>> _requests = [];
    private readonly Channel<byte[]> _outbox = Channel.CreateUnbounded<byte[]>();
    private readonly List<byte[]> _gathered = [];
    private readonly Task _sending;
    private readonly Task _receiving;
    private volatile bool _isLeaving;

    /// <param name="connection">Logged in; from here on nobody else uses it.</param>
    public PipelineInitiator(TestInitiator connection)
    {
        _connection = connection;
        _sending = SendAllAsync();
        _receiving = ReceiveAllAsync();
    }

    public override (ulong Tag, Task<DriverOutcome> Outcome) Start(DriverCommand command)
    {
        Assert.That(new SerialNumber32(_connection.CmdSN) <= new SerialNumber32(_connection.MaxCmdSN), "the command window is closed");
        var data = command.DataOut;
        var segment = _connection.TargetMaxSegment;
        var most = command.WithholdsData ? 0 : Math.Min(_connection.FirstBurst, data.Length);
        var immediate = _connection.ImmediateData ? Math.Min(segment, most) : 0;
        var unsolicited = _connection.InitialR2T ? immediate : most;
        var started = new PipelineCommand(_connection, command, _connection.NextTag(), unsolicited);
        _commands[started.Tag] = started;
        _gathered.Add(_connection.Command(
            command.Cdb, started.Tag, command.DataInLength > 0, data.Length > 0, Math.Max(data.Length, command.DataInLength),
            unsolicited == immediate, data[..immediate], lun: started.Lun, attribute: AttributeOf(command.Attribute),
            ahs: command.Cdb.Length > ScsiCommandPdu.CdbLength ? AhsWriter.ExtendedCdb(command.Cdb[ScsiCommandPdu.CdbLength..]) : null));
        _gathered.AddRange(_connection.DataSequence(
            started.Tag, BasicHeader.ReservedTag, data, immediate, unsolicited - immediate, segment));
        return (started.Tag, started.Outcome);
    }

    public override ValueTask FlushAsync()
    {
        foreach (var pdu in _gathered)
            Post(pdu);
        _gathered.Clear();
        return default;
    }

    public override async Task<TaskManagementResponse> ManageAsync(TaskManagementFunction function, int lun, ulong tag)
    {
        var number = Lun.FromNumber(lun).Value;
        var concerned = _commands.Values.Where(command => IsConcerned(command, function, number, tag)).ToList();
        var ownTag = _connection.NextTag();
        var response = RequestAsync(ownTag, _connection.Management(
            CodeOf(function), ownTag, function == TaskManagementFunction.AbortTask ? (uint)tag : BasicHeader.ReservedTag, lun: number));
        var code = (await response).Management.Response;
        if (code == TaskManagementResponseCode.FunctionComplete)
        {
            // No response follows for what was aborted (RFC 7143 11.5.1).
            foreach (var command in concerned.Where(command => _commands.TryRemove(command.Tag, out _)))
                command.EndWithoutResponse();
        }

        return ResponseOf(code);
    }

    public override async ValueTask DisconnectAsync()
    {
        _isLeaving = true;
        _connection.Reset();
        await EndAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_isLeaving)
        {
            _isLeaving = true;
            var tag = _connection.NextTag();
            var response = await RequestAsync(tag, _connection.Logout(tag));
            Assert.That(response.Logout.Response, Is.EqualTo(LogoutResponseCode.Closed));
        }

        _connection.Dispose();
        await EndAsync();
    }

    private static bool IsConcerned(PipelineCommand command, TaskManagementFunction function, ulong lun, ulong tag) => function switch
    {
        TaskManagementFunction.AbortTask => command.Tag == tag,
        TaskManagementFunction.AbortTaskSet or TaskManagementFunction.ClearTaskSet or TaskManagementFunction.LogicalUnitReset =>
            command.Lun == lun,
        TaskManagementFunction.TargetReset => true,
        _ => false,
    };

    private static TaskManagementFunctionCode CodeOf(TaskManagementFunction function) => function switch
    {
        TaskManagementFunction.AbortTask => TaskManagementFunctionCode.AbortTask,
        TaskManagementFunction.AbortTaskSet => TaskManagementFunctionCode.AbortTaskSet,
        TaskManagementFunction.ClearTaskSet => TaskManagementFunctionCode.ClearTaskSet,
        TaskManagementFunction.LogicalUnitReset => TaskManagementFunctionCode.LogicalUnitReset,
        TaskManagementFunction.TargetReset => TaskManagementFunctionCode.TargetWarmReset,
        TaskManagementFunction.QueryTaskSet => TaskManagementFunctionCode.QueryTaskSet,
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "no code is known"),
    };

    private static TaskManagementResponse ResponseOf(TaskManagementResponseCode code) => code switch
    {
        TaskManagementResponseCode.FunctionComplete => TaskManagementResponse.FunctionComplete,
        TaskManagementResponseCode.FunctionSucceeded => TaskManagementResponse.FunctionSucceeded,
        TaskManagementResponseCode.TaskDoesNotExist => TaskManagementResponse.TaskDoesNotExist,
        TaskManagementResponseCode.LunDoesNotExist => TaskManagementResponse.IncorrectLogicalUnitNumber,
        TaskManagementResponseCode.FunctionNotSupported => TaskManagementResponse.FunctionNotSupported,
        _ => TaskManagementResponse.FunctionRejected,
    };

    private static IscsiTaskAttribute AttributeOf(TaskAttribute attribute) => attribute switch
    {
        TaskAttribute.Ordered => IscsiTaskAttribute.Ordered,
        TaskAttribute.HeadOfQueue => IscsiTaskAttribute.HeadOfQueue,
        TaskAttribute.Aca => IscsiTaskAttribute.Aca,
        _ => IscsiTaskAttribute.Simple,
    };

    private void Post(byte[] pdu) => _outbox.Writer.TryWrite(pdu);

    private Task<ReceivedPdu> RequestAsync(uint tag, byte[] pdu)
    {
        var response = new TaskCompletionSource<ReceivedPdu>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests[tag] = response;
        Post(pdu);
        return response.Task.WaitAsync(Safety.Timeout);
    }

    private async Task SendAllAsync()
    {
        await foreach (var pdu in _outbox.Reader.ReadAllAsync())
            await _connection.SendRawAsync(pdu);
    }

    private async Task ReceiveAllAsync()
    {
        Exception? failure = null;
        try
        {
            while (true)
                Take(await _connection.ReceiveAsync());
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        foreach (var command in _commands.Values)
        {
            if (_isLeaving)
                command.EndWithoutResponse();
            else
                command.Fail(failure);
        }

        foreach (var request in _requests.Values)
            request.TrySetException(failure);
    }

    private void Take(ReceivedPdu pdu)
    {
        switch (pdu.Opcode)
        {
            case IscsiOpcode.ReadyToTransfer:
                Answer(_commands[pdu.Tag], pdu);
                break;
            case IscsiOpcode.DataIn or IscsiOpcode.ScsiResponse:
                if (_commands[pdu.Tag].TryFinish(pdu))
                    _commands.TryRemove(pdu.Tag, out _);
                break;
            case IscsiOpcode.TaskManagementResponse or IscsiOpcode.LogoutResponse:
                Assert.That(_requests.TryRemove(pdu.Tag, out var request), "an answer that nobody waits for");
                request!.SetResult(pdu);
                break;
            case IscsiOpcode.NopIn:
                if (pdu.NopIn.TargetTransferTag != BasicHeader.ReservedTag)
                    Post(_connection.Pong(pdu.NopIn.TargetTransferTag));
                break;
            default:
                Assert.Fail($"{pdu.Opcode} was not expected.");
                break;
        }
    }

    private void Answer(PipelineCommand command, ReceivedPdu pdu)
    {
        var request = command.Requested(pdu);
        if (command.Command.WithholdsData)
            return;
        var pieces = _connection.DataSequence(
            command.Tag, request.TransferTag, command.Command.DataOut, request.Offset, request.Length, _connection.TargetMaxSegment,
            command.Lun);
        foreach (var piece in pieces)
            Post(piece);
    }

    private async Task EndAsync()
    {
        _outbox.Writer.TryComplete();
        await _receiving.WaitAsync(Safety.Timeout);
        try
        {
            await _sending.WaitAsync(Safety.Timeout);
        }
        catch (Exception exception) when (exception is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // What was still to be sent had nowhere to go.
        }
    }
}
