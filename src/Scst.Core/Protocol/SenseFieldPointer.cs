namespace Scst.Protocol;

/// <summary>
/// Which byte, and perhaps which bit, of the CDB or of the parameter data was refused (SPC-6, field pointer sense key
/// specific information).
/// </summary>
/// <param name="InCdb">Whether the field is in the CDB (C/D bit one) or in the Data-Out parameter data (C/D bit zero).</param>
/// <param name="ByteOffset">Offset of the first byte of the field that is in error.</param>
/// <param name="BitOffset">Most significant bit of the field in that byte, 0 to 7, or <see langword="null"/> (BPV zero).</param>
public readonly record struct SenseFieldPointer(bool InCdb, ushort ByteOffset, byte? BitOffset);
