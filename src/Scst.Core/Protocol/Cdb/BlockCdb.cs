using System;
using System.Buffers.Binary;

namespace Scst.Protocol;

/// <summary>
/// What the CDBs that name a range of logical blocks have in common (SBC-5): READ, WRITE, WRITE AND VERIFY, VERIFY,
/// PRE-FETCH and SYNCHRONIZE CACHE of 6, 10, 12 and 16 bytes, ORWRITE(16), COMPARE AND WRITE. It copies what it needs and
/// may outlive the CDB. Which of the bits a command has, its usage map says; the others read as they are.
/// </summary>
public readonly struct BlockCdb
{
    private readonly byte _options;

    /// <summary>Reads a CDB.</summary>
    /// <param name="cdb">
    /// The CDB, from the operation code on: as long as the group of its operation code says, 6, 10, 12 or 16 bytes.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The CDB is shorter than that, but not empty.</exception>
    /// <exception cref="ArgumentException">The operation code is of a group that has no such command.</exception>
    public BlockCdb(ReadOnlySpan<byte> cdb)
    {
        switch (cdb[0] >> 5)
        {
            case 1 or 2:
                _options = cdb[1];
                Lba = BinaryPrimitives.ReadUInt32BigEndian(cdb.Slice(2));
                Blocks = BinaryPrimitives.ReadUInt16BigEndian(cdb.Slice(7));
                break;
            case 4:
                _options = cdb[1];
                Lba = BinaryPrimitives.ReadUInt64BigEndian(cdb.Slice(2));
                Blocks = BinaryPrimitives.ReadUInt32BigEndian(cdb.Slice(10));
                break;
            case 5:
                _options = cdb[1];
                Lba = BinaryPrimitives.ReadUInt32BigEndian(cdb.Slice(2));
                Blocks = BinaryPrimitives.ReadUInt32BigEndian(cdb.Slice(6));
                break;
            case 0:
                // SBC-5, READ(6): a 21-bit address, no option bits, and a transfer length of zero means 256 blocks.
                _options = 0;
                Lba = BinaryPrimitives.ReadUInt32BigEndian(cdb) & 0x1FFFFF;
                Blocks = cdb[4] + ((cdb[4] - 1u) >> 31 << 8);
                break;
            default:
                throw new ArgumentException("The operation code names no range of logical blocks.", nameof(cdb));
        }
    }

    /// <summary>LOGICAL BLOCK ADDRESS of the first block.</summary>
    public ulong Lba { get; }

    /// <summary>
    /// TRANSFER LENGTH, VERIFICATION LENGTH, PREFETCH LENGTH or NUMBER OF LOGICAL BLOCKS, in blocks. A zero in READ(6) or
    /// WRITE(6) reads as 256.
    /// </summary>
    public uint Blocks { get; }

    /// <summary>RDPROTECT, WRPROTECT, VRPROTECT or ORPROTECT, 0 to 7.</summary>
    public byte ProtectionField => (byte)(_options >> 5);

    /// <summary>DPO bit: the blocks are not worth keeping in the cache.</summary>
    public bool Dpo => (_options & 0x10) != 0;

    /// <summary>FUA bit: the medium itself is read or written before the status is sent.</summary>
    public bool Fua => (_options & 0x08) != 0;

    /// <summary>RARC bit of a READ: rebuild assist recovery control.</summary>
    public bool RebuildAssist => (_options & 0x04) != 0;

    /// <summary>
    /// BYTCHK of VERIFY and WRITE AND VERIFY: 0 no Data-Out buffer and no compare (WRITE AND VERIFY: verify the medium
    /// only), 1 compare block by block, 2 reserved, 3 compare each block with the one block in the Data-Out buffer.
    /// </summary>
    public byte ByteCheck => (byte)((_options >> 1) & 0x03);

    /// <summary>IMMED bit of SYNCHRONIZE CACHE and PRE-FETCH: report status as soon as the CDB has been checked.</summary>
    public bool Immediate => (_options & 0x02) != 0;
}
