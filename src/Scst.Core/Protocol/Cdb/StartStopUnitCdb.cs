using System;

namespace Scst.Protocol;

/// <summary>START STOP UNIT, operation code 1Bh (SBC-5, MMC-6).</summary>
public readonly ref struct StartStopUnitCdb
{
    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 6 bytes. A field beyond its end throws when it is read.</param>
    public StartStopUnitCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>IMMED bit: report status as soon as the CDB has been checked.</summary>
    public bool Immediate => (_cdb[1] & 0x01) != 0;

    /// <summary>POWER CONDITION MODIFIER, 0 to 15.</summary>
    public byte PowerConditionModifier => (byte)(_cdb[3] & 0x0F);

    /// <summary>POWER CONDITION, 0 to 15; zero: START and LOEJ say what to do.</summary>
    public byte PowerCondition => (byte)(_cdb[4] >> 4);

    /// <summary>NO_FLUSH bit: cached data need not be written first.</summary>
    public bool NoFlush => (_cdb[4] & 0x04) != 0;

    /// <summary>LOEJ bit: load (START one) or eject (START zero) the medium.</summary>
    public bool LoadEject => (_cdb[4] & 0x02) != 0;

    /// <summary>START bit: become active, or stop.</summary>
    public bool Start => (_cdb[4] & 0x01) != 0;
}
