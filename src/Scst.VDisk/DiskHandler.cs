using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>
/// A direct access block device (SBC-5) on an <see cref="IBlockStore"/>: READ, WRITE, WRITE AND VERIFY, VERIFY, COMPARE AND WRITE,
/// ORWRITE, WRITE ATOMIC (where the store is an <see cref="IAtomicWriteStore"/>), READ DEFECT DATA (there are no defects), PRE-FETCH,
/// SYNCHRONIZE CACHE, WRITE SAME, READ CAPACITY and START STOP UNIT, with their mode and vital product data pages; thin provisioned if
/// <see cref="DiskOptions.Thin"/> says so, then also UNMAP and GET LBA STATUS.
/// </summary>
/// <remarks>
/// <para><b>Ownership.</b> The handler owns the store from its constructor on, if that does not throw. Dispose the handler after the
/// engine: that flushes and disposes the store. Who wants to know whether everything is safe calls <see cref="CloseAsync"/>.</para>
/// <para><b>Stable storage.</b> A write ends in GOOD when the store has it; with FUA, with WCE 0 and while the disk is being stopped
/// only when it is on stable storage. SYNCHRONIZE CACHE flushes the whole store, whatever range it names. READ with FUA, VERIFY and
/// WRITE AND VERIFY flush first, because they are about the medium (SBC-5, caches). With IMMED a flush begins and the command
/// ends; a failure shows in the next flush or forced write.</para>
/// <para><b>A failed flush is final.</b> Once the store has failed one, or thrown, every flush and every forced write ends in the
/// same sense until the store is opened anew, whatever it would answer; only <see cref="StoreStatus.Gone"/> may pass.</para>
/// <para><b>Whole or not at all.</b> While a COMPARE AND WRITE, ORWRITE or WRITE ATOMIC is executed no other command reads or writes any
/// of its blocks, also none whose data is received into, or sent from, the store's own pages. Other blocks are not held up.</para>
/// <para><b>WCE.</b> When an initiator sets WCE to 0, writes are on stable storage before their GOOD from that moment, and MODE SELECT
/// ends in GOOD after a flush of what was cached before; until then WCE reads 1. If that fails, so does MODE SELECT, and nothing has
/// changed.</para>
/// <para><b>Limits.</b> There is no protection information, no anchored block and no power condition but started and stopped. A
/// verification that compares nothing, or one block, may be longer than MAXIMUM TRANSFER LENGTH. A fault of the store costs the
/// one command, as HARDWARE ERROR, 44h/00h INTERNAL TARGET FAILURE, and is logged.</para>
/// </remarks>
public sealed partial class DiskHandler :
    IDevHandler, IDataInLender, IDataOutLender, ICommandFreedHandler, IAbortHandler, IVpdPageSource, IModePageHandler, IAsyncDisposable
{
    private const int ByteCheckOffset = 1;
    private const int ByteCheckBit = 2;
    private const byte ByteCheckReserved = 2;

    private readonly DiskMedium _medium;
    private readonly RangeGuard _guard;
    private readonly TaskCompletionSource<StoreStatus> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PowerState? _power;
    private int _closing;

    /// <summary>Makes a disk of a store.</summary>
    /// <param name="store">The bytes; the handler owns it now.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="store"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// The length of <paramref name="store"/> is not a positive multiple of the block length, or that is not a multiple of
    /// <see cref="IStoreCharacteristics.LogicalBlockSize"/>.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// <see cref="DiskOptions.Thin"/> is set for a disk that is not read-only, and <paramref name="store"/> cannot give room back.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public DiskHandler(IBlockStore store, DiskOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        options ??= new DiskOptions();
        options.Check(nameof(options));
        int blockLength = options.BlockLength;
        if (store.Length <= 0 || store.Length % blockLength != 0)
            throw new ArgumentException($"{store.Length} bytes are no whole number of {blockLength}-byte blocks.", nameof(store));
        if (store is IStoreCharacteristics { LogicalBlockSize: > 0 and var unit } && blockLength % unit != 0)
            throw new ArgumentException($"The store reads and writes units of {unit} bytes, so it can't hold blocks of {blockLength}.", nameof(store));
        if (options.Thin && !options.ReadOnly && !store.IsReadOnly && store is not IUnmapStore)
            throw new ArgumentException("The store cannot give room back, so it can't hold a thin disk.", nameof(store));
        _medium = new DiskMedium(store, options);
        _guard = options.MakeRangeGuard(ExecuteAfterWaiting);
    }

    /// <summary>Number of logical blocks.</summary>
    public ulong BlockCount => _medium.BlockCount;

    /// <summary>Bytes of a logical block.</summary>
    public int BlockLength => _medium.BlockLength;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> VpdPageCodes => DiskPages.VpdPageCodes;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The handler serves a logical unit already.</exception>
    public DeviceDescription Attach(LogicalUnit logicalUnit)
    {
        ArgumentNullException.ThrowIfNull(logicalUnit);
        if (Interlocked.CompareExchange(ref _power, new PowerState(logicalUnit, _medium.Cache), null) is not null)
            throw new InvalidOperationException("A disk serves one logical unit only.");
        _medium.Name = logicalUnit.Name;
        _guard.LogicalUnit = logicalUnit;
        return new DeviceDescription
        {
            DeviceType = PeripheralDeviceType.DirectAccessBlock,
            Commands = DiskCommands.Of(_medium),
            IsReadOnly = _medium.IsReadOnly,
            ModePages = DiskPages.ModePages(_medium),
            SupportsForceUnitAccess = true,
            HasVolatileCache = _medium.HasWriteCache,
            BlockLength = _medium.BlockLength,
            BlockCount = _medium.BlockCount,
            VersionDescriptors = DiskPages.VersionDescriptors,
        };
    }

    /// <summary>The logical unit is gone. The store stays open until the handler is disposed.</summary>
    public void Detach()
    {
    }

    /// <inheritdoc/>
    public int WriteVpdPage(byte pageCode, Span<byte> destination) => DiskPages.WriteVpdPage(_medium, pageCode, destination);

    /// <inheritdoc/>
    public void ChangeModePages(ModePageChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        bool isCaching = change.TryGetValues(ModePageCodes.Caching, 0, out ReadOnlySpan<byte> values);
        if (isCaching && (values[DiskPages.WriteCacheByte] & DiskPages.WriteCacheBit) == 0)
        {
            _ = DisableCacheAsync(change);
            return;
        }
        if (isCaching)
            _medium.Cache.Enable();
        change.Accept();
    }

    /// <inheritdoc/>
    public void Parse(ScsiCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        DiskAction action = DiskActions.Of(command.Cdb);
        switch (action)
        {
            case DiskAction.StartStopUnit:
                return;
            case DiskAction.Unmap or DiskAction.WriteSame or DiskAction.GetLbaStatus:
                ParseProvisioning(command, action);
                return;
            case DiskAction.ReadDefectData:
                DefectLists.Parse(command);
                return;
        }
        if (action == DiskAction.ReadCapacity)
        {
            uint allocation = new ReadCapacityCdb(command.Cdb).AllocationLength;
            command.SetTransfer(DataDirection.ToInitiator, Math.Min(allocation, ReadCapacity16Data.Length));
            return;
        }
        CommandDescriptor descriptor = command.Descriptor!;
        var cdb = new BlockCdb(command.Cdb);
        if (action == DiskAction.Verify && cdb.ByteCheck == ByteCheckReserved)
        {
            command.Fail(Sense.InvalidFieldInCdb(ByteCheckOffset, ByteCheckBit));
            return;
        }
        if (!_medium.Contains(cdb.Lba, cdb.Blocks))
        {
            command.Fail(_medium.OutOfRange(cdb.Lba));
            return;
        }
        uint moved = BlocksMoved(action, cdb);
        if (IsAtomic(action) && FindAtomicFault(command, action, cdb) is { } fault)
            command.Fail(fault);
        else if (moved > _medium.MaxTransferBlocks || (action == DiskAction.PreFetch && cdb.Blocks > _medium.MaxTransferBlocks))
            command.Fail(Sense.InvalidFieldInCdb(descriptor.TransferLength.Offset));
        else
            command.SetTransfer(descriptor.Direction, (long)moved * _medium.BlockLength, _medium.BlockLength);
    }

    /// <inheritdoc/>
    public void Execute(ScsiCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        DiskAction action = DiskActions.Of(command.Cdb);
        switch (action)
        {
            case DiskAction.ReadCapacity:
                ReadCapacity(command);
                return;
            case DiskAction.StartStopUnit:
                StartStop(command);
                return;
            case DiskAction.Unmap or DiskAction.WriteSame or DiskAction.GetLbaStatus:
                ExecuteProvisioning(command, action);
                return;
            case DiskAction.ReadDefectData:
                DefectLists.Execute(command);
                return;
        }
        var cdb = new BlockCdb(command.Cdb);
        if (action == DiskAction.SynchronizeCache)
            SynchronizeCache(command, cdb);
        else if (action == DiskAction.PreFetch)
            PreFetch(command, cdb);
        else if (cdb.Blocks == 0)
            command.Complete();
        else if (IsShortOfData(command, action))
            command.Fail(Sense.IllegalRequest(AdditionalSense.InvalidFieldInCommandInformationUnit));
        else if (command.DataLength == 0 && action != DiskAction.Verify)
            command.Complete();
        else if (TryHold(command, action, cdb))
            ExecuteHeld(command, action, cdb);
    }

    /// <summary>
    /// Flushes and disposes the store, and tells whether everything is safe. Call it after the engine was disposed. May be called
    /// more than once; every call gives the same answer.
    /// </summary>
    /// <returns>The answer of the last flush; the store is disposed whatever it is.</returns>
    public ValueTask<StoreStatus> CloseAsync()
    {
        if (Interlocked.Exchange(ref _closing, 1) == 0)
            _ = CloseStoreAsync();
        return new ValueTask<StoreStatus>(_closed.Task);
    }

    /// <summary>Closes as <see cref="CloseAsync"/> does, for owners that did not call it.</summary>
    /// <exception cref="IOException">
    /// The last flush failed and nobody was told, because <see cref="CloseAsync"/> has not been called before: bytes are lost.
    /// </exception>
    public async ValueTask DisposeAsync()
    {
        bool told = Volatile.Read(ref _closing) != 0;
        StoreStatus status = await CloseAsync().ConfigureAwait(false);
        if (!told && status != StoreStatus.Ok)
            throw new IOException($"The last flush of {_medium.Name} failed: {status}.");
    }

    /// <summary>Whether the initiator sends less than is to be compared, or to be written as one: GOOD would say that it was all.</summary>
    private static bool IsShortOfData(ScsiCommand command, DiskAction action) =>
        action is DiskAction.Verify or DiskAction.CompareAndWrite or DiskAction.WriteAtomic && command.DataLength < command.TransferLength;

    private static uint BlocksMoved(DiskAction action, in BlockCdb cdb) => action switch
    {
        DiskAction.SynchronizeCache or DiskAction.PreFetch => 0,
        DiskAction.CompareAndWrite => 2 * cdb.Blocks,
        DiskAction.Verify => (Comparison)cdb.ByteCheck switch
        {
            Comparison.None => 0,
            Comparison.Block => Math.Min(cdb.Blocks, 1),
            _ => cdb.Blocks,
        },
        _ => cdb.Blocks,
    };

    /// <summary>Executes a command that has its blocks, until its operation lets them go or what was lent is not in use any more.</summary>
    private void ExecuteHeld(ScsiCommand command, DiskAction action, in BlockCdb cdb)
    {
        if (action == DiskAction.Verify)
            Verify(command, cdb);
        else if (!command.Segments.IsEmpty)
            Transfer(command, action, cdb);
        else if (!TryAnswerLent(command, cdb) && command.TryTakeBuffers())
            Transfer(command, action, cdb);
    }

    private void Transfer(ScsiCommand command, DiskAction action, in BlockCdb cdb)
    {
        DiskPhases phases;
        bool isForced = false;
        long length = command.DataLength;
        long writtenFrom = 0;
        var comparison = Comparison.None;
        switch (action)
        {
            case DiskAction.Read:
                phases = cdb.Fua && _medium.Cache.IsVolatile ? DiskPhases.FlushBefore | DiskPhases.Read : DiskPhases.Read;
                break;
            case DiskAction.Write:
                phases = DiskPhases.Write;
                isForced = cdb.Fua || _medium.Cache.IsBypassed;
                break;
            case DiskAction.CompareAndWrite:
                phases = DiskPhases.Match | DiskPhases.Write;
                isForced = cdb.Fua || _medium.Cache.IsBypassed;
                comparison = Comparison.Data;
                length /= 2;
                writtenFrom = length;
                break;
            case DiskAction.OrWrite:
                phases = DiskPhases.Match | DiskPhases.Write;
                isForced = cdb.Fua || _medium.Cache.IsBypassed;
                comparison = Comparison.Union;
                break;
            case DiskAction.WriteAtomic:
                phases = DiskPhases.WriteAtomic;
                isForced = cdb.Fua || _medium.Cache.IsBypassed;
                break;
            default:
                phases = DiskPhases.Write | DiskPhases.Verify;
                isForced = true;
                comparison = (Comparison)cdb.ByteCheck;
                break;
        }
        long offset = _medium.OffsetOf(cdb.Lba);
        DiskOperation.Of(command).Start(_medium, command, phases, offset, length, isForced, comparison, writtenFrom);
    }

    private void Verify(ScsiCommand command, in BlockCdb cdb)
    {
        var comparison = (Comparison)cdb.ByteCheck;
        DiskPhases phases = _medium.Cache.IsVolatile ? DiskPhases.FlushBefore | DiskPhases.Verify : DiskPhases.Verify;
        long length = (long)cdb.Blocks * _medium.BlockLength;
        DiskOperation.Of(command).Start(_medium, command, phases, _medium.OffsetOf(cdb.Lba), length, comparison: comparison);
    }

    private void SynchronizeCache(ScsiCommand command, in BlockCdb cdb)
    {
        if (cdb.Immediate)
            FlushInBackground(command);
        else
            DiskOperation.Of(command).Start(_medium, command, DiskPhases.FlushBefore, 0, 0);
    }

    /// <summary>
    /// PRE-FETCH (SBC-5): CONDITION MET if all blocks are fetched, GOOD if only as many as there is room for. A length of zero
    /// means all blocks to the end of the medium, which may be more than that.
    /// </summary>
    private void PreFetch(ScsiCommand command, in BlockCdb cdb)
    {
        ulong asked = cdb.Blocks == 0 ? _medium.BlockCount - cdb.Lba : cdb.Blocks;
        ulong blocks = Math.Min(asked, _medium.MaxTransferBlocks);
        ScsiStatus outcome = blocks == asked ? ScsiStatus.ConditionMet : ScsiStatus.Good;
        long offset = _medium.OffsetOf(cdb.Lba);
        long length = (long)blocks * _medium.BlockLength;
        if (cdb.Immediate && _medium.PreFetcher.TryBegin(offset, length))
            command.Complete(outcome);
        else
            DiskOperation.Of(command).StartPreFetch(_medium, command, offset, length, outcome);
    }

    private void ReadCapacity(ScsiCommand command)
    {
        Span<byte> data = stackalloc byte[ReadCapacity16Data.Length];
        int length = DiskPages.WriteCapacity(_medium, new ReadCapacityCdb(command.Cdb).IsSixteenByte, data);
        command.Reply(data.Slice(0, length));
    }

    private void StartStop(ScsiCommand command)
    {
        var cdb = new StartStopUnitCdb(command.Cdb);
        if (cdb.Start)
        {
            _power!.Start();
            command.Complete();
            return;
        }
        int stop = _power!.BeginStop();
        if (!cdb.NoFlush && !cdb.Immediate)
        {
            DiskOperation.Of(command).StartStop(_medium, command, _power, stop);
            return;
        }
        _power.EndStop(stop, isDone: true);
        if (cdb.NoFlush)
            command.Complete();
        else
            FlushInBackground(command);
    }

    /// <summary>IMMED: begins a flush and ends the command.</summary>
    private void FlushInBackground(ScsiCommand command)
    {
        _medium.BackgroundFlusher.Request();
        command.Complete();
    }

    private async Task DisableCacheAsync(ModePageChange change)
    {
        StoreStatus status = await _medium.Cache.DisableAsync(_medium).ConfigureAwait(false);
        if (status == StoreStatus.Ok)
            change.Accept();
        else
            change.Refuse(StoreSense.Of(status));
    }

    private async Task CloseStoreAsync()
    {
        // No command waits for these, so the engine has not waited either.
        await _medium.PreFetcher.StopAsync().ConfigureAwait(false);
        await _medium.BackgroundFlusher.StopAsync().ConfigureAwait(false);
        StoreStatus status = await _medium.FlushAsync().ConfigureAwait(false);
        try
        {
            await _medium.Store.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            StoreStatus fault = _medium.Fault(exception);
            if (status == StoreStatus.Ok)
                status = exception is IOException ? StoreStatus.FlushFailed : fault;
        }
        _closed.SetResult(status);
    }
}
