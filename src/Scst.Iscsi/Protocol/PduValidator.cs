namespace Scst.Iscsi.Protocol;

/// <summary>
/// Checks the header of a PDU received in full feature phase. Only what would otherwise be acted upon is checked
/// (RFC 7143 7.10): reserved bits are ignored, as 11 asks of a receiver. Whatever depends on the task, the session or the
/// negotiated values of unsolicited data is left to the caller.
/// </summary>
internal static class PduValidator
{
    /// <param name="header">The header received.</param>
    /// <param name="maxRecvDataSegmentLength">What this target declared; data longer than that is never read.</param>
    public static PduVerdict Check(BasicHeader header, int maxRecvDataSegmentLength)
    {
        var opcode = header.Opcode;
        if (header.DataSegmentLength > maxRecvDataSegmentLength)
            return PduVerdict.Terminate(PduFault.DataSegmentTooLong);

        // TotalAHSLength is zero in PDUs that can't have an AHS (RFC 7143 11.2.1.5); of ours only the SCSI Command can.
        if (header.TotalAhsLength != 0 && opcode != IscsiOpcode.ScsiCommand)
            return PduVerdict.Terminate(PduFault.UnexpectedAhs);

        switch (opcode)
        {
            case IscsiOpcode.NopOut:
                return CheckNopOut(new NopOutPdu(header));
            case IscsiOpcode.ScsiCommand:
                return CheckCommand(new ScsiCommandPdu(header));
            case IscsiOpcode.TextRequest:
                var text = new TextRequestPdu(header);
                // RFC 7143 11.10.2: C set means F clear.
                return text.Continue && header.IsFinal
                    ? PduVerdict.Reject(PduFault.ContinueAndFinal, RejectReason.ProtocolError)
                    : CheckTaskTag(header);
            case IscsiOpcode.TaskManagementRequest:
                return CheckTaskTag(header);
            case IscsiOpcode.DataOut:
                return CheckDataOut(new DataOutPdu(header));
            case IscsiOpcode.LogoutRequest:
                return new LogoutRequestPdu(header).Reason > LogoutReason.RemoveConnectionForRecovery
                    ? PduVerdict.Reject(PduFault.ReservedLogoutReason, RejectReason.InvalidPduField)
                    : CheckTaskTag(header);
            case IscsiOpcode.SnackRequest:
                return PduVerdict.Reject(PduFault.SnackAtErrorRecoveryLevel0, RejectReason.SnackReject);
            case IscsiOpcode.LoginRequest:
                return PduVerdict.Reject(PduFault.LoginInFullFeaturePhase, RejectReason.ProtocolError);
            default:
                return PduVerdict.Reject(PduFault.UnknownOpcode, RejectReason.CommandNotSupported);
        }
    }

    private static PduVerdict CheckTaskTag(BasicHeader header) => header.InitiatorTaskTag == BasicHeader.ReservedTag
        ? PduVerdict.Reject(PduFault.ReservedTaskTag, RejectReason.InvalidPduField)
        : default;

    private static PduVerdict CheckNopOut(NopOutPdu pdu)
    {
        // RFC 7143 11.18.1: without a task tag it takes no CmdSN and must be immediate.
        if (pdu.Header.InitiatorTaskTag == BasicHeader.ReservedTag && !pdu.Header.IsImmediate)
            return PduVerdict.Reject(PduFault.NopOutNotImmediate, RejectReason.ProtocolError);
        return default;
    }

    private static PduVerdict CheckCommand(ScsiCommandPdu pdu)
    {
        var header = pdu.Header;
        if (header.InitiatorTaskTag == BasicHeader.ReservedTag)
            return PduVerdict.Reject(PduFault.ReservedTaskTag, RejectReason.InvalidPduField);

        // RFC 7143 11.3.1: W and F both zero is an error, and R or W is set when any data is expected.
        if (!pdu.IsWrite && !header.IsFinal)
            return PduVerdict.Reject(PduFault.NeitherWriteNorFinal, RejectReason.ProtocolError);
        if (!pdu.IsRead && !pdu.IsWrite && pdu.ExpectedDataTransferLength != 0)
            return PduVerdict.Reject(PduFault.DirectionMissing, RejectReason.ProtocolError);
        if (pdu.Attribute > IscsiTaskAttribute.Aca)
            return PduVerdict.Reject(PduFault.ReservedTaskAttribute, RejectReason.ProtocolError);
        if (header.DataSegmentLength != 0 && !pdu.IsWrite)
            return PduVerdict.Reject(PduFault.ImmediateDataWithoutWrite, RejectReason.ProtocolError);
        if ((uint)header.DataSegmentLength > pdu.ExpectedDataTransferLength)
            return PduVerdict.Reject(PduFault.ImmediateDataTooLong, RejectReason.ProtocolError);
        return default;
    }

    private static PduVerdict CheckDataOut(DataOutPdu pdu)
    {
        if (pdu.Header.InitiatorTaskTag == BasicHeader.ReservedTag)
            return PduVerdict.Reject(PduFault.ReservedTaskTag, RejectReason.InvalidPduField);
        if ((ulong)pdu.BufferOffset + (uint)pdu.Header.DataSegmentLength > uint.MaxValue)
            return PduVerdict.Reject(PduFault.BufferOffsetOverflow, RejectReason.InvalidPduField);
        return default;
    }
}
