namespace Scst.VDisk;

/// <summary>What a verification compares the medium with; the values are those of BYTCHK (SBC-5, VERIFY) but for the last.</summary>
internal enum Comparison : byte
{
    /// <summary>00b: nothing, it must only be readable.</summary>
    None = 0,

    /// <summary>01b: the data-out, byte by byte.</summary>
    Data = 1,

    /// <summary>11b: each block with the one block of data-out.</summary>
    Block = 3,

    /// <summary>Nothing: the data-out becomes the union of both (ORWRITE). No value of BYTCHK, which has two bits.</summary>
    Union = 4,
}
