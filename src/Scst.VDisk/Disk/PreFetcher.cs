using System;
using System.Buffers;
using System.Threading;
using System.Threading.Tasks;

namespace Scst.VDisk;

/// <summary>
/// PRE-FETCH with IMMED (SBC-5): reads in the background, so that whatever caches the store's bytes has them when they are
/// asked for. One range at a time, so that no initiator can pile up work that no queue depth counts.
/// </summary>
internal sealed class PreFetcher
{
    private readonly DiskMedium _medium;
    private Task _running = Task.CompletedTask;
    private int _isBusy;
    private bool _isStopped;

    internal PreFetcher(DiskMedium medium) => _medium = medium;

    /// <summary>Begins to fetch a range.</summary>
    /// <param name="offset">First byte in the store.</param>
    /// <param name="length">Bytes, at least one.</param>
    /// <returns>False while another range is being fetched; nothing was begun.</returns>
    internal bool TryBegin(long offset, long length)
    {
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
            return false;
        Volatile.Write(ref _running, Task.Run(() => FetchAsync(offset, length)));
        return true;
    }

    /// <summary>Ends with the piece that is being read, so that the store may be disposed. Nothing may be begun any more.</summary>
    internal Task StopAsync()
    {
        Volatile.Write(ref _isStopped, true);
        return Volatile.Read(ref _running);
    }

    private async Task FetchAsync(long offset, long length)
    {
        byte[] scratch = ArrayPool<byte>.Shared.Rent((int)Math.Min(length, DiskOperation.LargestPiece));
        try
        {
            var status = StoreStatus.Ok;
            for (long done = 0; done < length && status == StoreStatus.Ok && !Volatile.Read(ref _isStopped);)
            {
                int piece = (int)Math.Min(length - done, scratch.Length);
                // A block that cannot be read is told to whoever reads it; the command has ended long ago.
                status = await _medium.Store.ReadAsync(offset + done, scratch.AsMemory(0, piece)).ConfigureAwait(false);
                done += piece;
            }
        }
        catch (Exception exception)
        {
            _medium.Fault(exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
            Volatile.Write(ref _isBusy, 0);
        }
    }
}
