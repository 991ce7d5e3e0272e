using System;
using NUnit.Framework;
using Scst.Protocol;

namespace Scst.VDisk.Tests;

/// <summary>
/// What a thin disk must answer: the bytes, which blocks were written and not unmapped since (they are mapped), and which must be
/// deallocated: those of a whole unit of the store of which none was written since one command unmapped all of it, or ever.
/// </summary>
internal sealed class ThinModel
{
    private readonly int _blockLength;
    private readonly int _unit;
    private readonly byte[] _bytes;
    private readonly bool[] _isWritten;
    private readonly bool[] _isUnitFree;

    /// <param name="blocks">Blocks of the disk.</param>
    /// <param name="blockLength">In bytes.</param>
    /// <param name="unit">Blocks that come back together.</param>
    internal ThinModel(int blocks, int blockLength, int unit)
    {
        _blockLength = blockLength;
        _unit = unit;
        _bytes = new byte[blocks * blockLength];
        _isWritten = new bool[blocks];
        _isUnitFree = new bool[(blocks + unit - 1) / unit];
        Array.Fill(_isUnitFree, true);
    }

    internal void Write(int first, ReadOnlySpan<byte> data)
    {
        data.CopyTo(_bytes.AsSpan(first * _blockLength));
        int blocks = data.Length / _blockLength;
        _isWritten.AsSpan(first, blocks).Fill(true);
        for (int block = first; block < first + blocks; block++)
            _isUnitFree[block / _unit] = false;
    }

    internal void Fill(int first, int blocks, ReadOnlySpan<byte> block)
    {
        for (int i = 0; i < blocks; i++)
            Write(first + i, block);
    }

    internal void Unmap(int first, int blocks)
    {
        _bytes.AsSpan(first * _blockLength, blocks * _blockLength).Clear();
        _isWritten.AsSpan(first, blocks).Clear();
        int end = first + blocks;
        for (int unit = (first + _unit - 1) / _unit; unit < _isUnitFree.Length; unit++)
        {
            // The last unit may be cut off by the end of the disk.
            if (Math.Min((unit + 1) * _unit, _isWritten.Length) <= end)
                _isUnitFree[unit] = true;
        }
    }

    internal void CheckBytes(int first, ReadOnlySpan<byte> data, string what) =>
        Assert.That(data.SequenceEqual(_bytes.AsSpan(first * _blockLength, data.Length)), Is.True, what);

    internal void CheckStatus(LbaStatusDescriptor descriptor, string what)
    {
        bool isMapped = descriptor.Status == ProvisioningStatus.MappedOrUnknown;
        Assert.That(isMapped || descriptor.Status == ProvisioningStatus.Deallocated, Is.True, what);
        int first = (int)descriptor.Lba;
        for (int block = first; block < first + (int)descriptor.Blocks; block++)
        {
            if (_isWritten[block])
                Assert.That(isMapped, Is.True, $"{what}: block {block} was written");
            if (_isUnitFree[block / _unit])
                Assert.That(isMapped, Is.False, $"{what}: block {block} was unmapped with its whole unit");
        }
    }
}
