using System;
using System.Threading.Tasks;

namespace Scst.VDisk;

/// <content>Where the file has holes, as its file system tells: nothing is kept here that could be lost or become wrong.</content>
public partial class FileStore
{
    private protected async ValueTask<StoreMapping> MapAsync(long offset, long length)
    {
        StoreRange.Check(Length, offset, length);
        if (!_gate.TryEnter()) return Unknown(StoreStatus.Gone);
        try
        {
            // The system may have to read from the device where it keeps the file.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return Map(offset, length);
        }
        catch (Exception e)
        {
            return Unknown(FileErrors.ToStatus(e, FileOperationKind.Read));
        }
        finally
        {
            _gate.Exit();
        }
    }

    private static StoreMapping Unknown(StoreStatus status) => new(status, IsMapped: true, Length: 0);

    private StoreMapping Map(long offset, long length)
    {
        if (_io.HoleMap is not { } map) return new StoreMapping(StoreStatus.Ok, IsMapped: true, length);
        bool isMapped = map.IsMapped(offset, out long end);
        // Behind the end of a file that was cut there is nothing, which is not the same as a hole.
        if (_io.Length < Length) return Unknown(StoreStatus.ReadError);
        return new StoreMapping(StoreStatus.Ok, isMapped, Math.Min(end - offset, length));
    }
}
