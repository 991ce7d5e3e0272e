using System;
using System.Collections.Generic;
using System.Threading;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>A driver that sends kernel-only segments by system calls, and finds out by them whether that can be done.</summary>
internal sealed class SendingDriver : ITargetDriver, IKernelSegmentDriver
{
    internal bool Accepts { get; set; } = true;

    /// <summary>Whether bytes are read at all; that costs memory, which tests of the heap must not.</summary>
    internal bool Sends { get; set; } = true;

    internal int Lent { get; private set; }

    internal int Faults { get; private set; }

    /// <summary>One for each command that is over.</summary>
    internal SemaphoreSlim Ended { get; } = new(0);

    internal ScsiStatus Status { get; private set; }

    internal Sense? Sense { get; private set; }

    internal byte[] Data { get; private set; } = [];

    /// <summary>What happens before a response is sent.</summary>
    internal Action? BeforeSending { get; set; }

    public bool AcceptsKernelSegments(Session session) => Accepts;

    public void RequestDataOut(ScsiCommand command)
    {
        foreach (DataSegment segment in command.Segments)
            segment.Span.Fill(0x5A);
        command.DataOutReceived();
    }

    public void AbortDataOut(ScsiCommand command)
    {
    }

    public void SendResponse(ScsiCommand command)
    {
        BeforeSending?.Invoke();
        bool isLent = command.DataInLength > 0 && command.Segments[0].Kind != SegmentKind.Memory;
        if (isLent)
            Lent++;
        if (Sends && !TrySend(command))
        {
            Faults++;
            command.DataInFaulted();
            return;
        }
        Status = command.Status;
        Sense = Status == ScsiStatus.CheckCondition && Protocol.Sense.TryParse(command.SenseData, out Sense sense) ? sense : null;
        command.ResponseSent(delivered: true);
        Ended.Release();
    }

    public void TaskManagementDone(TaskManagementRequest request) => Assert.Fail("No test here manages tasks.");

    private bool TrySend(ScsiCommand command)
    {
        var data = new List<byte>();
        int left = command.DataInLength;
        foreach (DataSegment segment in command.Segments)
        {
            int length = Math.Min(left, segment.Length);
            byte[]? bytes = length == 0 || segment.Kind == SegmentKind.Memory
                ? segment.Span.Slice(0, length).ToArray()
                : NativeFile.Send(segment.Address, length);
            if (bytes is null)
                return false;
            data.AddRange(bytes);
            left -= length;
        }
        Data = [.. data];
        return true;
    }
}
