using System;
using System.Buffers.Binary;
using System.Threading.Tasks;

using Scst.Conformance.Tests.Harness;

namespace Scst.Conformance.Tests.Durability;

/// <summary>The commands of SBC-5 and SPC-6 that are about stable storage, with LUN 0.</summary>
internal static class DiskCommands
{
    private const byte ForceUnitAccess = 0x08;

    /// <summary>Sends TEST UNIT READY until the unit attentions of a new nexus are over.</summary>
    public static async Task PassAttentionAsync(this RawInitiator initiator)
    {
        for (int i = 0; i < 4; i++)
        {
            if (await initiator.TestUnitReadyAsync() == 0)
                return;
        }
        throw new InvalidOperationException("the disk does not become ready");
    }

    public static async Task<byte> TestUnitReadyAsync(this RawInitiator initiator) => (await initiator.ReadAsync(0, new byte[6], 0)).Status;

    /// <summary>WRITE(10).</summary>
    public static Task<byte> WriteBlocksAsync(this RawInitiator initiator, uint lba, ReadOnlyMemory<byte> data, int blockLength, bool isForced)
    {
        byte[] cdb = [0x2A, isForced ? ForceUnitAccess : (byte)0, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(cdb.AsSpan(2), lba);
        BinaryPrimitives.WriteUInt16BigEndian(cdb.AsSpan(7), (ushort)(data.Length / blockLength));
        return initiator.WriteAsync(0, cdb, data);
    }

    /// <summary>SYNCHRONIZE CACHE(10) of the whole medium.</summary>
    public static async Task<byte> SynchronizeCacheAsync(this RawInitiator initiator) =>
        (await initiator.ReadAsync(0, [0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0)).Status;

    /// <summary>MODE SELECT(10) of a caching mode page with WCE zero, as everything else in it is.</summary>
    public static Task<byte> DisableWriteCacheAsync(this RawInitiator initiator)
    {
        byte[] list = new byte[8 + 20];
        list[8] = 0x08;
        list[9] = 0x12;
        return initiator.WriteAsync(0, [0x55, 0x10, 0, 0, 0, 0, 0, 0, (byte)list.Length, 0], list);
    }
}
