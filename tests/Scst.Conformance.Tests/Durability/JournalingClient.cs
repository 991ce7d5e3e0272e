using System;
using System.Buffers.Binary;
using System.IO;
using System.Net.Sockets;
using System.Threading.Tasks;

using Scst.Conformance.Tests.Harness;

namespace Scst.Conformance.Tests.Durability;

/// <summary>
/// A client that writes numbered blocks into a part of the disk that is its own, and keeps account of what it was promised: a block's
/// number is promised when a forced write of it, or a flush after its write, has ended in GOOD.
/// </summary>
internal sealed class JournalingClient
{
    public const int BlockBytes = 4096;
    public const int Blocks = 256;
    private const int SectorBytes = 512;

    private readonly int _first;
    private readonly int _blockLength;
    private readonly Random _random;
    private readonly long[] _sent = new long[Blocks];
    private readonly long[] _written = new long[Blocks];
    private readonly long[] _promised = new long[Blocks];

    /// <param name="number">Which part of the disk is its own.</param>
    /// <param name="blockLength">Bytes of a logical block.</param>
    /// <param name="seed">What it does.</param>
    public JournalingClient(int number, int blockLength, int seed)
    {
        _first = number * Blocks;
        _blockLength = blockLength;
        _random = new Random(seed);
    }

    /// <summary>Whether every write is a promise.</summary>
    public bool WritesThrough { get; init; }

    /// <summary>Asked when a promise has come in: whether it still counts, because the power has not been touched yet.</summary>
    public required Func<bool> Counts { get; init; }

    /// <summary>Called after each promise that counts.</summary>
    public required Action Promised { get; init; }

    /// <summary>Writes until a command fails, as all do after a power loss, or comes too late to be counted.</summary>
    public async Task RunAsync(int port)
    {
        using RawInitiator initiator = await RawInitiator.LoginAsync(port, ServeDiskProcess.Iqn);
        await initiator.PassAttentionAsync();
        byte[] data = new byte[BlockBytes];
        for (long number = 1; ; number++)
        {
            int block = _random.Next(Blocks);
            int choice = _random.Next(8);
            bool isForced = choice == 0;
            for (int sector = 0; sector < BlockBytes; sector += SectorBytes)
            {
                BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(sector), _first + block);
                BinaryPrimitives.WriteInt64LittleEndian(data.AsSpan(sector + 8), number);
            }
            _sent[block] = number;
            uint lba = (uint)((_first + block) * (BlockBytes / _blockLength));
            if (!await IsGoodAsync(() => initiator.WriteBlocksAsync(lba, data, _blockLength, isForced)) || !Counts())
                return;
            _written[block] = number;
            if (isForced || WritesThrough)
                _promised[block] = number;
            bool isFlush = choice == 1;
            if (isFlush)
            {
                if (!await IsGoodAsync(initiator.SynchronizeCacheAsync) || !Counts())
                    return;
                _written.CopyTo(_promised, 0);
            }
            if (isForced || isFlush)
                Promised();
        }
    }

    /// <summary>How many blocks were promised.</summary>
    public int CountPromised() => Array.FindAll(_promised, number => number > 0).Length;

    /// <summary>What is wrong with the file that is left of the disk, or null.</summary>
    public string? FindFault(Stream disk)
    {
        byte[] data = new byte[BlockBytes];
        for (int block = 0; block < Blocks; block++)
        {
            disk.Position = (long)(_first + block) * BlockBytes;
            disk.ReadExactly(data);
            for (int sector = 0; sector < BlockBytes; sector += SectorBytes)
            {
                int place = BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(sector));
                long number = BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(sector + 8));
                // What was sent after the promise may be there or not, and in part.
                bool isEmpty = number == 0 && place == 0 && _promised[block] == 0;
                if (!isEmpty && (place != _first + block || number < _promised[block] || number > _sent[block]))
                {
                    return $"block {_first + block}, byte {sector}: number {number} of block {place}, "
                        + $"where {_promised[block]} was promised and {_sent[block]} sent";
                }
            }
        }
        return null;
    }

    private static async Task<bool> IsGoodAsync(Func<Task<byte>> command)
    {
        try
        {
            return await command() == 0;
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // The target hung up: no answer is no promise.
            return false;
        }
    }
}
