using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>A driver that takes kernel-only segments, and fetches data and sends responses when the test says so.</summary>
internal sealed class HoldingDriver : ITargetDriver, IKernelSegmentDriver
{
    private bool _isOver;

    internal bool HoldsDataOut { get; set; }

    internal bool HoldsResponses { get; set; }

    /// <summary>Commands whose data-out is still to be fetched.</summary>
    internal List<ScsiCommand> DataOut { get; } = [];

    /// <summary>Commands whose response is still to be sent.</summary>
    internal List<ScsiCommand> Responses { get; } = [];

    /// <summary>Commands that were to be received into pages, or sent from them.</summary>
    internal int Lent { get; private set; }

    /// <summary>The data-out of each command that is not held, by its tag.</summary>
    internal Dictionary<ulong, byte[]> Data { get; } = [];

    /// <summary>How each command ended, by its tag.</summary>
    internal ConcurrentDictionary<ulong, (ScsiStatus Status, Sense? Sense)> Ended { get; } = [];

    /// <summary>Whether the driver is broken.</summary>
    internal bool Throws { get; set; }

    public bool AcceptsKernelSegments(Session session) => Throws ? throw new InvalidOperationException("broken") : true;

    public void RequestDataOut(ScsiCommand command)
    {
        if (command.Segments[0].Kind != SegmentKind.Memory)
            Lent++;
        if (HoldsDataOut)
            DataOut.Add(command);
        else
            Receive(command);
    }

    /// <summary>A held command stops when the test says so, but not after its end.</summary>
    public void AbortDataOut(ScsiCommand command)
    {
        if (_isOver)
            command.DataOutReceived();
    }

    public void SendResponse(ScsiCommand command)
    {
        if (command.DataInLength > 0 && command.Segments[0].Kind != SegmentKind.Memory)
            Lent++;
        if (HoldsResponses)
        {
            lock (Responses)
                Responses.Add(command);
        }
        else
        {
            Send(command);
        }
    }

    public void TaskManagementDone(TaskManagementRequest request)
    {
    }

    /// <summary>The test is over, well or not: nothing is kept from ending.</summary>
    internal void HoldsNothing()
    {
        _isOver = true;
        HoldsDataOut = HoldsResponses = false;
        foreach (ScsiCommand held in Responses.ToArray())
            Send(held);
    }

    /// <summary>Fetches the data-out to where it belongs.</summary>
    internal void Receive(ScsiCommand command)
    {
        ReadOnlySpan<byte> data = Data[command.Tag].AsSpan(0, command.DataOutLength);
        foreach (DataSegment segment in command.Segments)
        {
            ReadOnlySpan<byte> part = data.Slice(0, segment.Length);
            if (segment.Kind == SegmentKind.Memory)
                part.CopyTo(segment.Span);
            else
                Assert.That(NativeFile.Receive(segment.Address, part.ToArray()), Is.EqualTo(part.Length));
            data = data.Slice(part.Length);
        }
        command.DataOutReceived();
    }

    internal void Send(ScsiCommand command)
    {
        Sense? sense = Sense.TryParse(command.SenseData, out Sense parsed) ? parsed : null;
        ulong tag = command.Tag;
        ScsiStatus status = command.Status;
        lock (Responses)
            Responses.Remove(command);
        command.ResponseSent(delivered: true);
        lock (Ended)
        {
            Ended[tag] = (status, sense);
            Monitor.PulseAll(Ended);
        }
    }

    /// <summary>Waits until a command has ended.</summary>
    /// <param name="tag">Its tag.</param>
    /// <param name="watchdog">After how long a broken build fails; no verdict depends on it.</param>
    /// <returns>Whether it has ended.</returns>
    internal bool WaitFor(ulong tag, TimeSpan watchdog)
    {
        lock (Ended)
        {
            while (!Ended.ContainsKey(tag))
            {
                if (!Monitor.Wait(Ended, watchdog))
                    return false;
            }
            return true;
        }
    }
}
