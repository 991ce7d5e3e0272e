using System;
using System.Threading.Tasks;

namespace Scst.VDisk;

/// <summary>
/// What one command changes in ranges of any length: in pieces, between which it looks whether it was aborted, and after some of
/// which it leaves the submitter's context, which may be a receive loop.
/// </summary>
internal abstract class RangeWork
{
    private readonly ScsiCommand _command;
    private readonly bool _isForced;
    private long _inline;

    /// <summary>The command begins to change the medium.</summary>
    private protected RangeWork(DiskMedium medium, ScsiCommand command)
    {
        Medium = medium;
        _command = command;
        _isForced = medium.Cache.IsBypassed;
    }

    private protected DiskMedium Medium { get; }

    /// <summary>Whether there is no piece left.</summary>
    private protected abstract bool IsDone { get; }

    /// <summary>
    /// Changes the medium, and completes the command when what it has changed is on stable storage, if it must be. None of these
    /// commands has an FUA bit, so that depends on the write cache alone.
    /// </summary>
    internal async Task RunAsync()
    {
        var status = StoreStatus.Ok;
        while (!IsDone && status == StoreStatus.Ok && !_command.IsAborted)
        {
            if (_inline >= DiskOperation.InlineBytes)
            {
                _inline = 0;
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }
            try
            {
                ValueTask<StoreStatus> piece = BeginPieceAsync(out long cost);
                _inline += cost;
                status = await piece.ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                status = Medium.Fault(exception);
            }
        }
        Release();
        // After an abort too: a cache that is bypassed holds nothing.
        if (status == StoreStatus.Ok && (_isForced || Medium.Cache.MustFlush()))
        {
            try
            {
                status = await Medium.BeginFlushAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                status = Medium.Fault(exception);
            }
            status = Medium.SettleFlush(status);
        }
        DiskOperation.Of(_command).Hold.Leave();
        if (status == StoreStatus.Ok)
            _command.Complete();
        else
            _command.Fail(StoreSense.Of(status));
    }

    /// <summary>Begins the next piece.</summary>
    /// <param name="cost">What it costs the caller's context, as if so many bytes were copied.</param>
    private protected abstract ValueTask<StoreStatus> BeginPieceAsync(out long cost);

    /// <summary>No piece is under way any more, and none will be begun.</summary>
    private protected virtual void Release()
    {
    }
}
