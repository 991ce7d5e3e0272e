using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Tests.Initiator;

/// <content>Data-Out PDUs.</content>
internal sealed partial class TestInitiator
{
    /// <summary>One sequence of Data-Out PDUs.</summary>
    public async Task SendDataAsync(uint tag, uint transferTag, byte[] data, int offset, int length, int segment, ulong lun = 0)
    {
        foreach (var pdu in DataSequence(tag, transferTag, data, offset, length, segment, lun))
            await SendRawAsync(pdu);
    }

    public Task SendDataOutAsync(
        uint tag, uint transferTag, uint dataSN, int offset, ReadOnlyMemory<byte> data, bool final, ulong lun = 0) =>
        SendRawAsync(DataOut(tag, transferTag, dataSN, offset, data.Span, final, lun));

    /// <summary>The bytes of one sequence of Data-Out PDUs.</summary>
    public IEnumerable<byte[]> DataSequence(
        uint tag, uint transferTag, byte[] data, int offset, int length, int segment, ulong lun = 0)
    {
        uint dataSN = 0;
        while (length > 0)
        {
            var piece = Math.Min(segment, length);
            length -= piece;
            yield return DataOut(tag, transferTag, dataSN++, offset, data.AsSpan(offset, piece), final: length == 0, lun);
            offset += piece;
        }
    }

    private byte[] DataOut(uint tag, uint transferTag, uint dataSN, int offset, ReadOnlySpan<byte> data, bool final, ulong lun)
    {
        var header = new byte[BasicHeader.Length];
        DataOutPdu.Write(
            header, final, transferTag == BasicHeader.ReservedTag ? 0 : lun, tag, transferTag, new SerialNumber32(ExpStatSN),
            new SerialNumber32(dataSN), (uint)offset, data.Length);
        return Assemble(header, data);
    }
}
