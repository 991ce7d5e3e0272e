using System;
using Scst.Protocol;

namespace Scst;

/// <summary>SEND DIAGNOSTIC and RECEIVE DIAGNOSTIC RESULTS (SPC-6). There is one diagnostic page, that of the supported pages.</summary>
internal static class DiagnosticCommands
{
    private const int OptionsOffset = 1;
    private const int PageFormatBit = 4;
    private const int PageCodeOffset = 2;
    private const int ParameterListLengthOffset = 3;
    private const int PageLengthOffset = 2;

    internal static void Send(ScsiCommand command)
    {
        var cdb = new SendDiagnosticCdb(command.Cdb);
        // Self-tests other than the default one are not in the usage map, which refuses a SELF-TEST CODE other than zero.
        if (cdb.SelfTest && cdb.ParameterListLength != 0)
        {
            command.Fail(Sense.InvalidFieldInCdb(ParameterListLengthOffset));
        }
        else if (cdb.SelfTest)
        {
            SelfTest(command);
        }
        else if (cdb.ParameterListLength == 0)
        {
            // Nothing is asked for, and that is no error.
            command.Complete();
        }
        else if (!cdb.PageFormat)
        {
            // The list would be vendor specific.
            command.Fail(Sense.InvalidFieldInCdb(OptionsOffset, PageFormatBit));
        }
        else if (ParameterList.TryGet(command, cdb.ParameterListLength, out ReadOnlySpan<byte> list))
        {
            SendPage(command, list);
        }
    }

    private static void SelfTest(ScsiCommand command)
    {
        // Once the handler has the command it may already be somebody else's.
        LogicalUnit logicalUnit = command.LogicalUnit!;
        Session session = command.Session;
        command.WasGivenToHandler = true;
        ((ISelfTestHandler)logicalUnit.Handler).SelfTest(command);
        if (logicalUnit.BurstHandler is not null)
            session.ExecutedFor(logicalUnit);
    }

    internal static void Receive(ScsiCommand command)
    {
        var cdb = new ReceiveDiagnosticResultsCdb(command.Cdb);
        // Without PCV it is the page of the last SEND DIAGNOSTIC, which can have been no other either.
        if (cdb.PageCodeValid && cdb.PageCode != DiagnosticPage.SupportedPages)
        {
            command.Fail(Sense.InvalidFieldInCdb(PageCodeOffset));
            return;
        }
        Span<byte> page = stackalloc byte[DiagnosticPage.HeaderLength + 1];
        DiagnosticPage.Write(page, DiagnosticPage.SupportedPages, [DiagnosticPage.SupportedPages]);
        command.Reply(page);
    }

    /// <summary>The supported pages are asked for; RECEIVE DIAGNOSTIC RESULTS brings them.</summary>
    private static void SendPage(ScsiCommand command, ReadOnlySpan<byte> list)
    {
        // SPC-6, SEND DIAGNOSTIC: a list length that is not that of the page is an error of the CDB.
        if (!DiagnosticPage.TryParse(list, out DiagnosticPage page))
            command.Fail(Sense.InvalidFieldInCdb(ParameterListLengthOffset));
        else if (page.Code != DiagnosticPage.SupportedPages)
            command.Fail(Sense.InvalidFieldInParameterList(0));
        else if (!page.Parameters.IsEmpty)
            command.Fail(Sense.InvalidFieldInParameterList(PageLengthOffset));
        else
            command.Complete();
    }
}
