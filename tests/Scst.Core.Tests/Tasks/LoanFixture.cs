using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Tasks;

/// <summary>
/// A disk that lends its medium to reads, and a driver that accepts kernel-only segments and keeps responses until the test
/// says what became of them. Every test ends with every loan given back once.
/// </summary>
internal abstract class LoanFixture : EngineFixture
{
    protected RecordingDriver Transport { get; private set; } = null!;

    protected Session Session { get; private set; } = null!;

    protected LoopbackInitiator Other { get; private set; } = null!;

    /// <summary>Responses that the driver was asked for and has not sent.</summary>
    protected List<ScsiCommand> Sending { get; } = [];

    protected LendingHandler Lender => (LendingHandler)Disk;

    protected override ScriptedHandler CreateDisk() => new LendingHandler();

    protected virtual RecordingDriver CreateTransport() => new();

    protected override ScsiEngineOptions EngineOptions => new() { Buffers = new DataBufferPoolOptions { MaxBytes = 2 << 20 }, MaxTransferBytes = 1 << 20 };

    [SetUp]
    public void OpenSession()
    {
        Transport = CreateTransport();
        Transport.AcceptsKernel = true;
        Session = OpenSession(Transport);
        RecordingDriver.Submit(Session, Cdbs.TestUnitReady);
        Other = Login("other");
        Transport.Responses.Clear();
        Transport.OnSendResponse = Sending.Add;
    }

    [TearDown]
    public async Task CloseSessionAsync()
    {
        Transport.OnSendResponse = null;
        Disk.ReleaseAll();
        foreach (ScsiCommand command in Sending.ToArray())
            Send(command);
        if (!Session.IsClosed)
            await Session.CloseAsync(SessionEndReason.Logout).AsTask().WaitAsync(TimeSpan.FromMinutes(2));
        Assert.That(Lender.Freed, Is.EquivalentTo(Lender.Lent), "Every loan comes back once.");
    }

    /// <summary>Submits a READ of one block.</summary>
    protected ScsiCommand Read(ulong tag, TaskAttribute attribute = TaskAttribute.Simple) =>
        RecordingDriver.Submit(Session, Cdbs.Read(1, 1), DataDirection.ToInitiator, 512, tag, attribute);

    /// <summary>Submits a READ that was lent its data and whose response the driver now has.</summary>
    protected ScsiCommand StartLentRead(ulong tag)
    {
        ScsiCommand read = Read(tag);
        Assert.That(Sending, Does.Contain(read));
        Assert.That(read.Segments[0].Kind, Is.EqualTo(SegmentKind.KernelAddress));
        return read;
    }

    /// <summary>The driver has sent the response.</summary>
    protected void Send(ScsiCommand command)
    {
        Sending.Remove(command);
        Transport.Record(command);
        command.ResponseSent(delivered: true);
    }

    /// <summary>The driver cannot read what it is to send.</summary>
    protected void Fault(ScsiCommand command)
    {
        Sending.Remove(command);
        command.DataInFaulted();
    }

    /// <summary>Runs something while the pool has no buffer left.</summary>
    protected void WithoutBuffers(Action action)
    {
        List<DataBuffer> taken = [];
        for (int length = DataBufferPool.LargestBuffer; length >= 4096; length /= 4)
        {
            while (Engine.BufferPool.TryRent(length) is { } buffer)
                taken.Add(buffer);
        }
        action();
        taken.ForEach(Engine.BufferPool.Return);
    }

    protected LoopbackCommand StartOrdered(byte[]? cdb = null) =>
        Start(Other, cdb ?? Cdbs.TestUnitReady, attribute: TaskAttribute.Ordered);

    protected sealed class LendingHandler : ScriptedHandler, IDataInLender, ICommandFreedHandler, IAbortHandler
    {
        /// <summary>Whether to lend memory where it could lend addresses.</summary>
        internal bool LendsMemory { get; set; }

        internal bool Wants { get; set; } = true;

        internal Action<ScsiCommand>? OnCopy { get; set; }

        internal List<ulong> Asked { get; } = [];

        internal List<ulong> Lent { get; } = [];

        internal List<ulong> Copied { get; } = [];

        internal List<ulong> Freed { get; } = [];

        internal List<ulong> Aborted { get; } = [];

        public bool WantsToLend(ScsiCommand command)
        {
            Asked.Add(command.Tag);
            return Wants;
        }

        internal override void Finish(ScsiCommand command)
        {
            bool wanted = command.Direction == DataDirection.ToInitiator && Wants;
            if (command.Segments.Length > 0 && command.Segments[0].Kind != SegmentKind.Memory)
            {
                command.Complete();
                return;
            }
            if (!wanted || command.Segments.Length > 0)
            {
                base.Finish(command);
                return;
            }
            if (LendsMemory)
                Lend(command, DataSegment.FromMemory(Medium, (int)command.Descriptor!.Lba.Read(command.Cdb) * BlockLength, command.DataLength));
            else if (command.AcceptsKernelSegments)
                Lend(command, DataSegment.FromAddress(0x7000, command.DataLength));
            else if (!command.TryTakeBuffers())
                return;
            else
                base.Finish(command);
        }

        internal void Lend(ScsiCommand command, DataSegment segment)
        {
            command.AddSegment(segment);
            Lent.Add(command.Tag);
            command.Complete();
        }

        public void CopyDataIn(ScsiCommand command)
        {
            Copied.Add(command.Tag);
            if (OnCopy is { } script)
                script(command);
            else if (command.TryTakeBuffers())
                base.Finish(command);
        }

        public void CommandFreed(ScsiCommand command)
        {
            if (Lent.Contains(command.Tag))
                Freed.Add(command.Tag);
        }

        public void Abort(ScsiCommand command) => Aborted.Add(command.Tag);
    }
}
