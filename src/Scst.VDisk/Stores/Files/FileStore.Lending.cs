using System;
using System.Threading;

namespace Scst.VDisk;

/// <content>Pages that are lent for writing.</content>
public partial class FileStore
{
    /// <summary>Below, what is saved is a copy that the processor's cache makes cheap.</summary>
    private const int SmallestInMemory = 32 << 10;

    /// <inheritdoc/>
    int ILendingStore.SmallestLoanForWriting => _windows is { CanWrite: true } ? _smallestLoanForWriting : int.MaxValue;

    /// <inheritdoc/>
    bool ILendingStore.TryLendForWriting(long offset, int length, out PageLoan loan)
    {
        StoreRange.Check(Length, offset, length);
        loan = default;
        return length >= ((ILendingStore)this).SmallestLoanForWriting
            && Volatile.Read(ref _closing) == 0
            && _windows!.TryLend(offset, length, forWriting: true, out loan);
    }

    /// <inheritdoc/>
    void ILendingStore.Written(long offset, int length)
    {
        if (length >= ((ILendingStore)this).SmallestLoanForWriting) _windows!.WishForWriting(offset, length);
    }

    /// <summary>
    /// Beyond the page in which a file ends now, writing is a fault; but what is written to the rest of that page goes nowhere, and
    /// nobody is told.
    /// </summary>
    StoreStatus ILendingStore.Confirm(long offset, int length)
    {
        // Behind the last flush of a store that is being closed nothing is safe any more.
        if (!_gate.TryEnter()) return StoreStatus.Gone;
        try
        {
            // As long as it is now, not as long as it was when somebody last asked: this answer is a promise.
            return _io.Length >= offset + length ? StoreStatus.Ok : StoreStatus.WriteError;
        }
        catch (Exception e) when (FileErrors.IsFromSystem(e))
        {
            return FileErrors.ToStatus(e, FileOperationKind.Write);
        }
        finally
        {
            _gate.Exit();
        }
    }

    private static int SmallestForWriting(FileStoreOptions options, bool isInMemory)
    {
        if (options.ReadOnly || options.WriteThrough) return int.MaxValue;
        return options.SmallestZeroCopyWrite ?? (isInMemory ? SmallestInMemory : int.MaxValue);
    }
}
