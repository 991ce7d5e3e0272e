using System;
using System.Collections.Generic;
using System.Threading;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>A driver that receives into kernel-only segments by system calls, and finds out by them whether that can be done.</summary>
internal sealed class ReceivingDriver : ITargetDriver, IKernelSegmentDriver
{
    internal bool Accepts { get; set; } = true;

    /// <summary>Whether bytes are received at all; that costs memory, which tests of the heap must not.</summary>
    internal bool Receives { get; set; } = true;

    /// <summary>The data-out of every command, as much as it asks for.</summary>
    internal byte[] Data { get; set; } = [];

    /// <summary>Commands that were to be received in place.</summary>
    internal int Lent { get; private set; }

    internal int Faults { get; private set; }

    /// <summary>What happens before data is received, and after.</summary>
    internal Action? BeforeReceiving { get; set; }

    internal Action? AfterReceiving { get; set; }

    /// <summary>Keeps commands from receiving.</summary>
    internal List<ScsiCommand>? Held { get; set; }

    internal SemaphoreSlim Ended { get; } = new(0);

    internal ScsiStatus Status { get; private set; }

    internal Sense? Sense { get; private set; }

    internal bool WasSuppressed { get; private set; }

    internal List<TaskManagementResponse> Managed { get; } = [];

    public bool AcceptsKernelSegments(Session session) => Accepts;

    public void RequestDataOut(ScsiCommand command)
    {
        if (command.Segments[0].Kind != SegmentKind.Memory)
            Lent++;
        if (Held is { } held)
            held.Add(command);
        else
            Receive(command);
    }

    public void AbortDataOut(ScsiCommand command)
    {
    }

    public void SendResponse(ScsiCommand command)
    {
        Status = command.Status;
        Sense = Status == ScsiStatus.CheckCondition && Protocol.Sense.TryParse(command.SenseData, out Sense sense) ? sense : null;
        WasSuppressed = command.SuppressResponse;
        command.ResponseSent(delivered: true);
        Ended.Release();
    }

    public void TaskManagementDone(TaskManagementRequest request) => Managed.Add(request.Response);

    internal void Receive(ScsiCommand command)
    {
        BeforeReceiving?.Invoke();
        for (int offset = 0; Receives && offset < command.DataOutLength;)
        {
            int received = ReceiveAt(command, offset);
            offset += received;
            if (received > 0)
                continue;
            Faults++;
            Assert.That(command.TryReplaceLoan(offset));
        }
        AfterReceiving?.Invoke();
        command.DataOutReceived();
    }

    /// <summary>Receives into one segment.</summary>
    /// <returns>How much, 0 for a fault.</returns>
    private int ReceiveAt(ScsiCommand command, int offset)
    {
        int start = 0;
        foreach (DataSegment segment in command.Segments)
        {
            int inside = offset - start;
            start += segment.Length;
            if (inside >= segment.Length)
                continue;
            byte[] bytes = Data[offset..start];
            if (segment.Kind != SegmentKind.Memory)
                return NativeFile.Receive(segment.Address + inside, bytes);
            bytes.CopyTo(segment.Span.Slice(inside));
            return bytes.Length;
        }
        throw new InvalidOperationException("The segments do not cover the data.");
    }
}
