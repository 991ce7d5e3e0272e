using System;
using System.Collections.Generic;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests;

/// <summary>A driver of a few lines that records what it is asked for and does it at once, unless a test says otherwise.</summary>
internal class RecordingDriver : ITargetDriver, IKernelSegmentDriver
{
    internal bool AcceptsKernel { get; set; }

    internal List<LoopbackResult> Responses { get; } = [];

    internal List<TaskManagementResponse> Managed { get; } = [];

    internal Action<ScsiCommand>? OnRequestDataOut { get; set; }

    internal Action<ScsiCommand>? OnAbortDataOut { get; set; }

    internal Action<ScsiCommand>? OnSendResponse { get; set; }

    public bool AcceptsKernelSegments(Session session) => AcceptsKernel;

    public void RequestDataOut(ScsiCommand command)
    {
        if (OnRequestDataOut is { } script)
            script(command);
        else
            command.DataOutReceived();
    }

    public void AbortDataOut(ScsiCommand command) => OnAbortDataOut?.Invoke(command);

    public void SendResponse(ScsiCommand command)
    {
        if (OnSendResponse is { } script)
        {
            script(command);
            return;
        }
        Record(command);
        command.ResponseSent(delivered: true);
    }

    public void TaskManagementDone(TaskManagementRequest request) => Managed.Add(request.Response);

    internal void Record(ScsiCommand command) => Responses.Add(new LoopbackResult
    {
        Status = command.Status,
        SenseData = command.SenseData.ToArray(),
        DataInLength = command.DataInLength,
        ResidualKind = command.ResidualKind,
        ResidualCount = command.ResidualCount,
        NoResponse = command.SuppressResponse,
    });

    internal static ScsiCommand Submit(
        Session session,
        byte[] cdb,
        DataDirection direction = DataDirection.None,
        uint length = 0,
        ulong tag = 1,
        TaskAttribute attribute = TaskAttribute.Simple)
    {
        ScsiCommand command = session.RentCommand();
        command.Initialize(tag, Lun.Zero, cdb, attribute, direction, length);
        session.Submit(command);
        return command;
    }
}
