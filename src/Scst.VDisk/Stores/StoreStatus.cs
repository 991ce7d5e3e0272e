namespace Scst.VDisk;

/// <summary>
/// How an operation of an <see cref="IBlockStore"/> ended. Each value stands for exactly one sense (SPC-6, sense keys and
/// additional sense codes), so that a store never has to know SCSI.
/// </summary>
public enum StoreStatus : byte
{
    /// <summary>Done. GOOD.</summary>
    Ok = 0,

    /// <summary>
    /// There is no room for the bytes: file system, quota or memory limit. DATA PROTECT, 27h/07h SPACE ALLOCATION FAILED WRITE
    /// PROTECT (SBC-5, thin provisioned logical units).
    /// </summary>
    NoSpace = 1,

    /// <summary>The bytes could not be read. MEDIUM ERROR, 11h/00h UNRECOVERED READ ERROR.</summary>
    ReadError = 2,

    /// <summary>The bytes could not be written. MEDIUM ERROR, 0Ch/00h WRITE ERROR.</summary>
    WriteError = 3,

    /// <summary>
    /// The bytes were accepted, but could not be brought to stable storage. MEDIUM ERROR, 0Ch/00h WRITE ERROR: for the initiator
    /// the write has failed, though another command says so.
    /// </summary>
    FlushFailed = 4,

    /// <summary>
    /// The medium is not there any more: file unlinked or replaced, device unplugged, store closed. HARDWARE ERROR, 3Eh/01h
    /// LOGICAL UNIT FAILURE. Not NOT READY: that one promises that waiting helps and that TEST UNIT READY tells when, and
    /// initiators would poll a disk that never comes back.
    /// </summary>
    Gone = 5,

    /// <summary>The store may only be read. DATA PROTECT, 27h/00h WRITE PROTECTED.</summary>
    ReadOnly = 6,

    /// <summary>A fault of the store itself. HARDWARE ERROR, 44h/00h INTERNAL TARGET FAILURE.</summary>
    InternalError = 7,
}
