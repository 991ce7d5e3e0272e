namespace Scst.VDisk;

/// <summary>What direct I/O on an open file demands; both are powers of two, in bytes.</summary>
/// <param name="Memory">Addresses must be multiples of it.</param>
/// <param name="Offset">Offsets in the file, and lengths, must be multiples of it.</param>
internal readonly record struct DirectAlignment(int Memory, int Offset);
