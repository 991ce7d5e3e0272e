using System;
using System.Collections.Concurrent;
using System.IO;
using System.IO.MemoryMappedFiles;
using System.Threading;
using Scst.Iscsi.Tests.Initiator;
using Scst.Protocol;

namespace Scst.Iscsi.Tests.Harness;

/// <summary>
/// A disk that answers READ(10) out of a mapped file: it lends the file's pages and never looks at them, so that a file which
/// is shortened makes system calls fail and nothing else.
/// </summary>
internal sealed class PageLendingHandler : GatedHandler, IDataInLender, ICommandFreedHandler, IDisposable
{
    private readonly FileStream _file;
    private readonly MemoryMappedFile _mapping;
    private readonly MemoryMappedViewAccessor _view;
    private readonly ConcurrentDictionary<ScsiCommand, bool> _loans = new();
    private int _lent;
    private int _copied;

    public PageLendingHandler(IDevHandler disk, byte[] content)
        : base(disk)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, 0, FileOptions.DeleteOnClose);
        _file.Write(content);
        _mapping = MemoryMappedFile.CreateFromFile(
            _file, null, content.Length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _mapping.CreateViewAccessor(0, content.Length, MemoryMappedFileAccess.Read);
        Address = _view.SafeMemoryMappedViewHandle.DangerousGetHandle();
    }

    /// <summary>Where the file is mapped.</summary>
    public nint Address { get; }

    /// <summary>The longest segment.</summary>
    public int PieceLength { get; set; } = 1 << 20;

    /// <summary>Bytes of the medium, by their offset, that cannot be read; beside those that the file has not got.</summary>
    public Func<long, bool> IsBad { get; set; } = static _ => false;

    /// <summary>Whether copies wait as <see cref="GatedHandler.Hold"/> makes other commands wait.</summary>
    public bool HoldsCopies { get; set; }

    /// <summary>Lends a range of the file, not its pages.</summary>
    public bool LendsFile { get; set; }

    /// <summary>Loans that have not come back.</summary>
    public int Outstanding => _loans.Count;

    /// <summary>How often something was lent.</summary>
    public int Lent => Volatile.Read(ref _lent);

    /// <summary>How often something lent could not be sent.</summary>
    public int Copied => Volatile.Read(ref _copied);

    public void Shorten(long length) => _file.SetLength(length);

    public bool WantsToLend(ScsiCommand command) => command.Cdb[0] == Cdb.Read10(0, 1)[0];

    public void CopyDataIn(ScsiCommand command)
    {
        Interlocked.Increment(ref _copied);
        if (!HoldsCopies || !TryHold(command))
            Copy(command);
    }

    public void CommandFreed(ScsiCommand command) => _loans.TryRemove(command, out _);

    public void Dispose()
    {
        _view.Dispose();
        _mapping.Dispose();
        _file.Dispose();
    }

    protected override void Run(ScsiCommand command)
    {
        if (!WantsToLend(command))
            base.Run(command);
        else if (_loans.ContainsKey(command) || !command.AcceptsKernelSegments)
            Copy(command);
        else
            Lend(command);
    }

    private void Lend(ScsiCommand command)
    {
        var start = Start(command);
        for (var offset = 0; offset < command.DataLength; offset += PieceLength)
        {
            var length = Math.Min(PieceLength, command.DataLength - offset);
            command.AddSegment(LendsFile
                ? DataSegment.FromFile(_file.SafeFileHandle, start + offset, length)
                : DataSegment.FromAddress((nint)(Address + start + offset), length));
        }

        if (!_loans.TryAdd(command, true))
            throw new InvalidOperationException("The loan before has not come back.");
        Interlocked.Increment(ref _lent);
        command.Complete();
    }

    private void Copy(ScsiCommand command)
    {
        if (!command.TryTakeBuffers())
            return;
        var start = Start(command);
        var offset = 0;
        foreach (var segment in command.Segments)
        {
            var isBad = IsBad(start + offset) || RandomAccess.Read(_file.SafeFileHandle, segment.Span, start + offset) < segment.Length;
            if (isBad)
            {
                command.Fail(Sense.MediumError(AdditionalSense.UnrecoveredReadError));
                return;
            }

            offset += segment.Length;
        }

        command.Complete();
    }

    private static long Start(ScsiCommand command) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(command.Cdb[2..]) * 512L;
}
