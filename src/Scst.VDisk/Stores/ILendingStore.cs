namespace Scst.VDisk;

/// <summary>
/// An <see cref="IBlockStore"/> that can lend its own pages, instead of having bytes copied from them or to them. One that lends for
/// writing takes writes of any length at any byte: a fault may leave the rest of a block to be written.
/// </summary>
internal interface ILendingStore
{
    /// <summary>The shortest read in bytes that is worth a loan; more than any read where nothing is ever lent.</summary>
    int SmallestLoan { get; }

    /// <summary>The shortest write in bytes that is worth a loan; more than any write where nothing is lent for writing.</summary>
    int SmallestLoanForWriting { get; }

    /// <summary>
    /// Lends a range for reading, unless that would wait for anything. What is written to the range later shows through the loan.
    /// </summary>
    /// <param name="offset">First byte, counted from the start of the store.</param>
    /// <param name="length">Bytes, greater than 0, inside the store.</param>
    /// <param name="loan">To be given back, also after the store was closed.</param>
    /// <returns>False: the range must be read, and perhaps will be lent the next time.</returns>
    bool TryLend(long offset, int length, out PageLoan loan);

    /// <summary>
    /// Lends a range for writing, unless that would wait for anything, or pages would have to be taken from a medium that may have
    /// no room. What is written there is the store's at once, not when somebody says so.
    /// </summary>
    /// <param name="offset">First byte, counted from the start of the store.</param>
    /// <param name="length">Bytes, greater than 0, inside the store.</param>
    /// <param name="loan">To be given back, also after the store was closed.</param>
    /// <returns>False: the range must be written, and <see cref="Written"/> may then help the next time.</returns>
    bool TryLendForWriting(long offset, int length, out PageLoan loan);

    /// <summary>A range that could not be lent for writing was written: look at it, so that it may be lent the next time.</summary>
    void Written(long offset, int length);

    /// <summary>
    /// Whether what was written to a loan is in the store, where later reads and flushes find it. No byte may be written to the
    /// range through the loan any more.
    /// </summary>
    /// <returns><see cref="StoreStatus.Ok"/> or why not.</returns>
    StoreStatus Confirm(long offset, int length);

    /// <summary>A loan of this range could not be read or written: do not lend it again before it was looked at.</summary>
    void Distrust(long offset, int length);
}
