using System;

namespace Scst.Iscsi.Protocol;

/// <summary>Task Management Function Request (RFC 7143 11.5).</summary>
internal readonly ref struct TaskManagementRequestPdu
{
    private readonly BasicHeader _header;

    public TaskManagementRequestPdu(BasicHeader header) => _header = header;

    public BasicHeader Header => _header;

    public TaskManagementFunctionCode Function => (TaskManagementFunctionCode)(_header.GetByte(1) & 0x7f);

    public uint ReferencedTaskTag => _header.GetUInt32(20);

    public SerialNumber32 CmdSN => _header.GetSerial(24);

    public SerialNumber32 ExpStatSN => _header.GetSerial(28);

    /// <summary>CmdSN of the referenced task (ABORT TASK, TASK REASSIGN, QUERY TASK).</summary>
    public SerialNumber32 RefCmdSN => _header.GetSerial(32);

    public SerialNumber32 ExpDataSN => _header.GetSerial(36);

    public static void Write(
        Span<byte> header, bool immediate, TaskManagementFunctionCode function, ulong lun, uint initiatorTaskTag,
        uint referencedTaskTag, SerialNumber32 cmdSN, SerialNumber32 expStatSN, SerialNumber32 refCmdSN, SerialNumber32 expDataSN = default)
    {
        var flags = 0x80 | ((byte)function & 0x7f);
        var writer = new HeaderWriter(header, IscsiOpcode.TaskManagementRequest, flags, 0, initiatorTaskTag);
        writer.SetImmediate(immediate);
        writer.SetLun(lun);
        writer.SetUInt32(20, referencedTaskTag);
        writer.SetSerial(24, cmdSN);
        writer.SetSerial(28, expStatSN);
        writer.SetSerial(32, refCmdSN);
        writer.SetSerial(36, expDataSN);
    }
}
