namespace Scst.VDisk;

/// <summary>io_uring_setup(2): the descriptor, or -1 with the errno as the last P/Invoke error.</summary>
internal delegate int UringSetup(uint entries, ref UringParameters parameters);
