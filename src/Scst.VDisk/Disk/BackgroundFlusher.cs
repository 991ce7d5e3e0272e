using System.Threading;
using System.Threading.Tasks;

namespace Scst.VDisk;

/// <summary>
/// Flushes that no command waits for: SYNCHRONIZE CACHE and START STOP UNIT with IMMED (SBC-5). One at a time, and one more for
/// everybody who asks meanwhile, because a flush covers only what was written before it began; so no initiator can pile up work
/// that no queue depth counts.
/// </summary>
internal sealed class BackgroundFlusher
{
    // Flushes to come, the one that runs included.
    private const int Idle = 0;
    private const int Again = 2;

    private readonly DiskMedium _medium;
    private Task _running = Task.CompletedTask;
    private int _flushes;
    private bool _isStopped;

    internal BackgroundFlusher(DiskMedium medium) => _medium = medium;

    /// <summary>A flush begins, now or when the one that runs is over.</summary>
    internal void Request()
    {
        int seen = Volatile.Read(ref _flushes);
        while (seen != Again)
        {
            int before = Interlocked.CompareExchange(ref _flushes, seen + 1, seen);
            if (before != seen)
            {
                seen = before;
                continue;
            }
            if (seen == Idle)
                Volatile.Write(ref _running, RunAsync());
            return;
        }
    }

    /// <summary>Ends with the flush that runs, so that the store may be disposed. Nothing may be requested any more.</summary>
    internal Task StopAsync()
    {
        Volatile.Write(ref _isStopped, true);
        return Volatile.Read(ref _running);
    }

    // A failure is not lost here: it answers every later flush and forced write, so the next command that waits is told.
    private async Task RunAsync()
    {
        do
            _medium.Report(await _medium.FlushAsync().ConfigureAwait(false));
        while (Interlocked.Decrement(ref _flushes) != Idle && !Volatile.Read(ref _isStopped));
    }
}
