using System;
using System.Threading.Tasks;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>GET LBA STATUS (SBC-5): what the store says of its room, in whole blocks.</summary>
internal static class LbaStatusCommand
{
    /// <summary>Most descriptors of one answer; initiators ask again for the rest.</summary>
    internal const int MostDescriptors = 256;

    /// <summary>Most questions to the store for one answer: of many small holes and islands no block need be wholly without room.</summary>
    private const int MostQuestions = 4096;

    internal static void Parse(DiskMedium medium, ScsiCommand command)
    {
        var cdb = new GetLbaStatusCdb(command.Cdb);
        if (cdb.Lba >= medium.BlockCount)
            command.Fail(medium.OutOfRange(cdb.Lba));
        else
            command.SetTransfer(DataDirection.ToInitiator, Math.Min(cdb.AllocationLength, LbaStatusData.LengthOf(MostDescriptors)));
    }

    internal static void Execute(DiskMedium medium, ScsiCommand command)
    {
        if (command.TransferLength == 0)
            command.Complete();
        else
            _ = ReportAsync(medium, command);
    }

    private static async Task ReportAsync(DiskMedium medium, ScsiCommand command)
    {
        // Of much memory, or on a file system in memory, the question may take long, and be answered before it is awaited.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var report = new Report(medium, command.Cdb, command.TransferLength);
        var status = StoreStatus.Ok;
        for (int i = 0; i < MostQuestions && report.GoesOn && status == StoreStatus.Ok && !command.IsAborted; i++)
        {
            StoreMapping mapping = await report.AskAsync().ConfigureAwait(false);
            status = mapping.Status;
            if (status == StoreStatus.Ok)
                report.Add(mapping);
        }
        if (status == StoreStatus.Ok)
            command.Reply(report.Finish());
        else
            command.Fail(StoreSense.Of(status));
    }

    /// <summary>The parameter data while it grows.</summary>
    private sealed class Report
    {
        private readonly DiskMedium _medium;
        private readonly ulong _end;
        private readonly int _room;
        private readonly LbaStatusCompletion _atEnd;
        private readonly byte[] _data;
        private LbaStatusDescriptor _last;
        private ulong _next;
        private int _count;
        private bool _isFull;

        internal Report(DiskMedium medium, ReadOnlySpan<byte> cdb, int transferLength)
        {
            var view = new GetLbaStatusCdb(cdb);
            _medium = medium;
            _next = view.Lba;
            ulong rest = medium.BlockCount - view.Lba;
            bool isCut = view.ScanLength > 0 && view.ScanLength < rest;
            _end = isCut ? view.Lba + view.ScanLength : medium.BlockCount;
            _atEnd = isCut ? LbaStatusCompletion.ScanLength : LbaStatusCompletion.Capacity;
            // There is one descriptor at least, whether it fits or not.
            _room = Math.Max(1, (transferLength - LbaStatusData.HeaderLength) / LbaStatusData.DescriptorLength);
            _data = new byte[LbaStatusData.LengthOf(_room)];
        }

        internal bool GoesOn => !_isFull && _next < _end;

        private long NextOffset => _medium.OffsetOf(_next);

        private ulong Rest => Math.Min(_end - _next, uint.MaxValue);

        internal async ValueTask<StoreMapping> AskAsync()
        {
            long length = (long)Rest * _medium.BlockLength;
            if (_medium.Store is not IMappingStore store)
                return new StoreMapping(StoreStatus.Ok, IsMapped: true, length);
            try
            {
                return await store.FindMappingAsync(NextOffset, length).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                return new StoreMapping(_medium.Fault(exception), IsMapped: true, length);
            }
        }

        internal void Add(in StoreMapping mapping)
        {
            long whole = mapping.Length / _medium.BlockLength;
            // A block that has room for a part of it only is mapped.
            bool isMapped = mapping.IsMapped || whole == 0;
            if (isMapped && (whole * _medium.BlockLength < mapping.Length || whole == 0))
                whole++;
            uint blocks = (uint)Math.Min((ulong)whole, Rest);
            ProvisioningStatus status = isMapped ? ProvisioningStatus.MappedOrUnknown : ProvisioningStatus.Deallocated;
            if (_count > 0 && _last.Status == status && _last.Blocks <= uint.MaxValue - blocks)
            {
                _last = _last with { Blocks = _last.Blocks + blocks };
                LbaStatusData.WriteDescriptor(_data, _count - 1, _last);
            }
            else if (_count == _room)
            {
                _isFull = true;
                return;
            }
            else
            {
                _last = new LbaStatusDescriptor(_next, blocks, status);
                LbaStatusData.WriteDescriptor(_data, _count++, _last);
            }
            _next += blocks;
        }

        internal ReadOnlySpan<byte> Finish()
        {
            LbaStatusCompletion completion = _next >= _end ? _atEnd
                : _isFull && _count < MostDescriptors ? LbaStatusCompletion.AllocationLength
                : LbaStatusCompletion.NotIndicated;
            LbaStatusData.WriteHeader(_data, _count, completion);
            return _data.AsSpan(0, LbaStatusData.LengthOf(_count));
        }
    }
}
