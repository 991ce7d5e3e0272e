namespace Scst.VDisk;

/// <summary>What a verification compares the medium with; the values are those of BYTCHK (SBC-5, VERIFY).</summary>
internal enum Comparison : byte
{
    /// <summary>00b: nothing, it must only be readable.</summary>
    None = 0,

    /// <summary>01b: the data-out, byte by byte.</summary>
    Data = 1,

    /// <summary>11b: each block with the one block of data-out.</summary>
    Block = 3,
}
