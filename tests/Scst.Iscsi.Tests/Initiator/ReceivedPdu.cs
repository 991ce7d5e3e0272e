using System;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>A PDU from the target.</summary>
internal sealed record ReceivedPdu(byte[] Bytes, byte[] Data)
{
    public BasicHeader Header
    {
        get
        {
            BasicHeader.TryRead(Bytes, out var header);
            return header;
        }
    }

    public IscsiOpcode Opcode => Header.Opcode;

    public uint Tag => Header.InitiatorTaskTag;

    public ScsiResponsePdu Response => new(Expect(IscsiOpcode.ScsiResponse));

    public DataInPdu DataIn => new(Expect(IscsiOpcode.DataIn));

    public ReadyToTransferPdu ReadyToTransfer => new(Expect(IscsiOpcode.ReadyToTransfer));

    public TaskManagementResponsePdu Management => new(Expect(IscsiOpcode.TaskManagementResponse));

    public RejectPdu Reject => new(Expect(IscsiOpcode.Reject));

    public NopInPdu NopIn => new(Expect(IscsiOpcode.NopIn));

    public TextResponsePdu Text => new(Expect(IscsiOpcode.TextResponse));

    public LogoutResponsePdu Logout => new(Expect(IscsiOpcode.LogoutResponse));

    public LoginResponsePdu Login => new(Expect(IscsiOpcode.LoginResponse));

    public AsyncMessagePdu Async => new(Expect(IscsiOpcode.AsyncMessage));

    public uint ExpCmdSN => new NopInPdu(Header).ExpCmdSN.Value;

    public uint MaxCmdSN => new NopInPdu(Header).MaxCmdSN.Value;

    private BasicHeader Expect(IscsiOpcode opcode) =>
        Opcode == opcode ? Header : throw new InvalidOperationException($"{opcode} was expected, {Opcode} came.");
}
