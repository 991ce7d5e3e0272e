using System;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Threading;
using Scst.Iscsi.Tests.Initiator;
using Scst.Protocol;

namespace Scst.Iscsi.Tests.Harness;

/// <summary>
/// A disk that has the data of WRITE(10) received into the pages of a mapped file. What came elsewhere it writes to the file; if
/// the file has no place for it that is a medium error.
/// </summary>
internal sealed class PageReceivingHandler : GatedHandler, IDataOutLender, ICommandFreedHandler, IDisposable
{
    private readonly ConcurrentDictionary<ScsiCommand, bool> _loans = new();
    private int _lent;
    private int _copied;

    public PageReceivingHandler(IDevHandler disk, byte[] content)
        : base(disk) => File = new MappedFile(content);

    public MappedFile File { get; }

    /// <summary>The longest segment.</summary>
    public int PieceLength { get; set; } = 1 << 20;

    /// <summary>Lends a range of the file, not its pages.</summary>
    public bool LendsFile { get; set; }

    /// <summary>Loans that have not come back.</summary>
    public int Outstanding => _loans.Count;

    /// <summary>How often something was lent.</summary>
    public int Lent => Volatile.Read(ref _lent);

    /// <summary>Bytes that came elsewhere.</summary>
    public int Copied => Volatile.Read(ref _copied);

    public bool WantsToLend(ScsiCommand command) => IsWrite(command) && command.AcceptsKernelSegments;

    public bool TryLend(ScsiCommand command)
    {
        var start = Start(command);
        for (var offset = 0; offset < command.DataOutLength; offset += PieceLength)
        {
            var length = Math.Min(PieceLength, command.DataOutLength - offset);
            command.AddSegment(LendsFile
                ? DataSegment.FromFile(File.Handle, start + offset, length)
                : DataSegment.FromAddress((nint)(File.Address + start + offset), length));
        }

        if (!_loans.TryAdd(command, true))
            throw new InvalidOperationException("The loan before has not come back.");
        Interlocked.Increment(ref _lent);
        return true;
    }

    public void CommandFreed(ScsiCommand command) => _loans.TryRemove(command, out _);

    public void Dispose() => File.Dispose();

    protected override void Run(ScsiCommand command)
    {
        if (!IsWrite(command))
        {
            base.Run(command);
            return;
        }

        var position = Start(command);
        foreach (var segment in command.Segments)
        {
            if (segment.Kind == SegmentKind.Memory)
            {
                if (position + segment.Length > File.Length)
                {
                    command.Fail(Sense.MediumError(AdditionalSense.WriteError));
                    return;
                }

                File.WriteAt(position, segment.Span);
                Interlocked.Add(ref _copied, segment.Length);
            }

            position += segment.Length;
        }

        command.Complete();
    }

    private static bool IsWrite(ScsiCommand command) => command.Cdb[0] == Cdb.Write10(0, 1)[0];

    private static long Start(ScsiCommand command) => BinaryPrimitives.ReadUInt32BigEndian(command.Cdb[2..]) * 512L;
}
