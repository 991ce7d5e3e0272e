using System;

namespace Scst.Iscsi.Protocol;

/// <summary>Task Management Function Response (RFC 7143 11.6; Additional Response Information: RFC 7144 6.4.1).</summary>
internal readonly ref struct TaskManagementResponsePdu
{
    private readonly BasicHeader _header;

    public TaskManagementResponsePdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public TaskManagementResponseCode Response => (TaskManagementResponseCode)_header.GetByte(2);

    /// <summary>24 bits, as SAM defines them for QUERY TASK and QUERY ASYNCHRONOUS EVENT.</summary>
    public uint AdditionalResponseInformation => _header.GetUInt32(8) >> 8;

    public SerialNumber32 StatSN => _header.GetSerial(24);

    public SerialNumber32 ExpCmdSN => _header.GetSerial(28);

    public SerialNumber32 MaxCmdSN => _header.GetSerial(32);

    public static void Write(
        Span<byte> header, uint initiatorTaskTag, in TargetNumbers numbers, TaskManagementResponseCode response,
        uint additionalResponseInformation = 0)
    {
        var writer = new HeaderWriter(header, IscsiOpcode.TaskManagementResponse, 0x80, 0, initiatorTaskTag);
        writer.SetByte(2, (byte)response);
        writer.SetUInt32(8, additionalResponseInformation << 8);
        writer.SetNumbers(numbers);
    }
}
