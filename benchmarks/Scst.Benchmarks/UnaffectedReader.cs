using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Benchmarks;

/// <summary>
/// A thread that reads 4 KiB, one command after the other, round the sessions and LUNs that a change does not concern, and
/// records how long each took while a phase is on.
/// </summary>
internal sealed class UnaffectedReader : IDisposable
{
    private const int Length = 4096;

    private readonly IReadOnlyList<LoopbackInitiator> _initiators;
    private readonly LoopbackCommand[] _reads;
    private readonly Thread _thread;
    private readonly ThreadUsage _usage = new();
    private WaitPhase? _wanted;
    private WaitPhase? _phase;
    private bool _stop;

    internal UnaffectedReader(IReadOnlyList<LoopbackInitiator> initiators, int luns)
    {
        _initiators = initiators;
        _reads = new LoopbackCommand[luns];
        for (int i = 0; i < luns; i++)
        {
            _reads[i] = new LoopbackCommand
            {
                Lun = Lun.FromNumber(i),
                Cdb = new byte[] { (byte)OperationCode.Read10, 0, 0, 0, 0, 0, 0, 0, Length / 512, 0 },
                ExpectedDirection = DataDirection.ToInitiator,
                ExpectedLength = Length,
            };
        }
        _thread = new Thread(Run) { IsBackground = true, Name = "reader" };
        _thread.Start();
    }

    internal long Sent { get; private set; }

    internal long Good { get; private set; }

    /// <summary>From now on waits are recorded here; null for nowhere. When this returns, nothing is recorded elsewhere any more.</summary>
    internal void Record(WaitPhase? phase)
    {
        Volatile.Write(ref _wanted, phase);
        while (_thread.IsAlive && Volatile.Read(ref _phase) != phase)
            Thread.Yield();
    }

    public void Dispose() => Stop();

    internal void Stop()
    {
        Volatile.Write(ref _stop, true);
        _thread.Join();
    }

    private void Run()
    {
        int session = 0;
        int lun = 0;
        while (!Volatile.Read(ref _stop))
        {
            WaitPhase? phase = Volatile.Read(ref _wanted);
            Volatile.Write(ref _phase, phase);
            LoopbackInitiator initiator = _initiators[session];
            LoopbackCommand read = _reads[lun];
            int collections = GC.CollectionCount(0);
            long preemptions = _usage.Preemptions;
            long start = Stopwatch.GetTimestamp();
            initiator.Submit(read);
            initiator.EndOfBurst();
            long end = Stopwatch.GetTimestamp();
            Sent++;
            // The store answers at once, and nobody else submits for this initiator.
            if (!read.IsCompleted)
                return;
            if (read.Result.Status == ScsiStatus.Good && !read.Result.NoResponse)
                Good++;
            bool wasPreempted = _usage.Preemptions != preemptions;
            phase?.Record(end - start, wasPreempted, hadCollection: GC.CollectionCount(0) != collections);
            // Both go round, so that each nexus is one that was not used for long.
            session = session + 1 == _initiators.Count ? 0 : session + 1;
            lun = lun + 1 == _reads.Length ? 0 : lun + 1;
        }
    }
}
