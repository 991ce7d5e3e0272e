using System;
using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>READ DEFECT DATA(10), operation code 37h, and READ DEFECT DATA(12), operation code B7h (SBC-5).</summary>
internal readonly ref struct ReadDefectDataCdb
{
    private const int Options10Offset = 2;
    private const int Options12Offset = 1;

    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    internal ReadDefectDataCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    internal bool IsTenByte => _cdb[0] == (byte)OperationCode.ReadDefectData10;

    /// <summary>The byte that has REQ_PLIST, REQ_GLIST and DEFECT LIST FORMAT.</summary>
    internal int OptionsOffset => IsTenByte ? Options10Offset : Options12Offset;

    /// <summary>REQ_PLIST and REQ_GLIST, in the places of PLISTV and GLISTV of the answer.</summary>
    internal byte Lists => (byte)(_cdb[OptionsOffset] & 0x18);

    /// <summary>DEFECT LIST FORMAT, in its low-order bits.</summary>
    internal byte Format => (byte)(_cdb[OptionsOffset] & 0x07);
}
