namespace Scst.VDisk;

/// <summary>An <see cref="IBlockStore"/> that can lend its own pages for reading, instead of having them copied.</summary>
internal interface ILendingStore
{
    /// <summary>The shortest read in bytes that is worth a loan; more than any read where nothing is ever lent.</summary>
    int SmallestLoan { get; }

    /// <summary>
    /// Lends a range, unless that would wait for anything. What is written to the range later shows through the loan.
    /// </summary>
    /// <param name="offset">First byte, counted from the start of the store.</param>
    /// <param name="length">Bytes, greater than 0, inside the store.</param>
    /// <param name="loan">To be given back, also after the store was closed.</param>
    /// <returns>False: the range must be read, and perhaps will be lent the next time.</returns>
    bool TryLend(long offset, int length, out PageLoan loan);

    /// <summary>A loan of this range could not be read: do not lend it again before it was looked at.</summary>
    void Distrust(long offset, int length);
}
