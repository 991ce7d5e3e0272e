using System;

namespace Scst.Protocol;

/// <summary>WRITE BUFFER, operation code 3Bh, and READ BUFFER(10), operation code 3Ch (SPC-6).</summary>
public readonly ref struct BufferCdb
{
    private static readonly CdbField _offset = new(3, 3);
    private static readonly CdbField _length = new(6, 3);

    private readonly ReadOnlySpan<byte> _cdb;

    /// <summary>Looks at a CDB.</summary>
    /// <param name="cdb">The CDB, from the operation code on: 10 bytes. A field beyond its end throws when it is read.</param>
    public BufferCdb(ReadOnlySpan<byte> cdb) => _cdb = cdb;

    /// <summary>MODE.</summary>
    public BufferMode Mode => (BufferMode)(_cdb[1] & 0x1F);

    /// <summary>BUFFER ID.</summary>
    public byte BufferId => _cdb[2];

    /// <summary>BUFFER OFFSET in bytes, 24 bits.</summary>
    public int BufferOffset => (int)_offset.Read(_cdb);

    /// <summary>PARAMETER LIST LENGTH or ALLOCATION LENGTH in bytes, 24 bits.</summary>
    public int Length => (int)_length.Read(_cdb);
}
