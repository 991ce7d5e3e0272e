using System;
using System.Collections.Generic;
using System.Linq;
using Scst.Protocol;

namespace Scst;

/// <summary>LOG SENSE and LOG SELECT (SPC-6): no thresholds, nothing saved, no parameter that an initiator may write.</summary>
internal static class LogCommands
{
    private const int OptionsOffset = 1;
    private const int ParameterCodeResetBit = 1;
    private const int PageOffset = 2;
    private const int PageControlBit = 7;
    private const int PageCodeBit = 5;
    private const int SubpageOffset = 3;
    private const int ParameterPointerOffset = 5;
    private const int ParameterListLengthOffset = 7;
    private const byte AllSubpages = 0xFF;

    internal static void Sense(ScsiCommand command)
    {
        var cdb = new LogSenseCdb(command.Cdb);
        if (cdb.PageControl != LogPageControl.Cumulative)
        {
            command.Fail(Protocol.Sense.InvalidFieldInCdb(PageOffset, PageControlBit));
            return;
        }
        List<LogPageCode> pages = PagesOf(command.LogicalUnit!);
        LogPageCode page = cdb.Page;
        if (!pages.Contains(page))
        {
            bool hasPage = pages.Exists(known => known.Page == page.Page);
            command.Fail(hasPage
                ? Protocol.Sense.InvalidFieldInCdb(SubpageOffset)
                : Protocol.Sense.InvalidFieldInCdb(PageOffset, PageCodeBit));
            return;
        }
        if (page == LogPageCode.SupportedPages)
            ReplyList(command, cdb, [.. pages.Select(static known => known.Page).Distinct()]);
        else if (page == LogPageCode.SupportedSubpages)
            ReplyList(command, cdb, [.. pages.SelectMany(static known => (byte[])[known.Page, known.Subpage])]);
        else
            ReplyParameters(command, cdb, ReadPage(command.LogicalUnit!, page));
    }

    internal static void Select(ScsiCommand command)
    {
        var cdb = new LogSelectCdb(command.Cdb);
        if (cdb.ParameterListLength == 0)
        {
            SelectWithoutList(command, cdb);
            return;
        }
        if (cdb.ParameterCodeReset)
            command.Fail(Protocol.Sense.InvalidFieldInCdb(OptionsOffset, ParameterCodeResetBit));
        else if (cdb.Page.Page != 0)
            command.Fail(Protocol.Sense.InvalidFieldInCdb(PageOffset, PageCodeBit));
        else if (cdb.Page.Subpage != 0)
            command.Fail(Protocol.Sense.InvalidFieldInCdb(SubpageOffset));
        else if (ParameterList.TryGet(command, cdb.ParameterListLength, out ReadOnlySpan<byte> list))
            SelectPages(command, list);
    }

    private static List<LogPageCode> PagesOf(LogicalUnit logicalUnit)
    {
        var pages = new List<LogPageCode>
        {
            LogPageCode.SupportedPages,
            LogPageCode.SupportedSubpages,
            LogPageCode.GeneralStatisticsAndPerformance,
        };
        if (logicalUnit.Handler is ILogPageSource source)
            pages.AddRange(source.LogPageCodes);
        pages.Sort();
        return pages;
    }

    private static IReadOnlyList<LogParameter> ReadPage(LogicalUnit logicalUnit, LogPageCode page) =>
        page == LogPageCode.GeneralStatisticsAndPerformance
            ? logicalUnit.Statistics.ToLogParameters()
            : ((ILogPageSource)logicalUnit.Handler).ReadLogPage(page);

    /// <summary>A page that has no parameters but a list of page codes.</summary>
    private static void ReplyList(ScsiCommand command, in LogSenseCdb cdb, byte[] list)
    {
        if (cdb.ParameterPointer != 0)
        {
            command.Fail(Protocol.Sense.InvalidFieldInCdb(ParameterPointerOffset));
            return;
        }
        var data = new byte[LogPageHeader.Length + list.Length];
        new LogPageHeader(cdb.Page, list.Length, DisableSave: false).WriteTo(data);
        list.CopyTo(data, LogPageHeader.Length);
        command.Reply(data);
    }

    private static void ReplyParameters(ScsiCommand command, in LogSenseCdb cdb, IReadOnlyList<LogParameter> parameters)
    {
        int first = 0;
        while (first < parameters.Count && parameters[first].Code < cdb.ParameterPointer)
            first++;
        // Larger than the largest parameter code of the page.
        if (first == parameters.Count && cdb.ParameterPointer != 0)
        {
            command.Fail(Protocol.Sense.InvalidFieldInCdb(ParameterPointerOffset));
            return;
        }
        int length = parameters.Skip(first).Sum(static parameter => parameter.Length);
        var data = new byte[LogPageHeader.Length + length];
        int end = new LogPageHeader(cdb.Page, length, DisableSave: true).WriteTo(data);
        for (int i = first; i < parameters.Count; i++)
            end += parameters[i].WriteTo(data.AsSpan(end));
        command.Reply(data);
    }

    /// <summary>Without a list PCR, SP and PC say what becomes of the pages (SPC-6, LOG SELECT, parameter list length of zero).</summary>
    private static void SelectWithoutList(ScsiCommand command, in LogSelectCdb cdb)
    {
        LogicalUnit logicalUnit = command.LogicalUnit!;
        LogPageCode page = cdb.Page;
        // 00h and 00h/FFh both stand for all pages.
        bool isAll = page.Page == 0 && page.Subpage is 0 or AllSubpages;
        List<LogPageCode> pages = PagesOf(logicalUnit);
        bool isKnown = page.Subpage == AllSubpages ? pages.Exists(known => known.Page == page.Page) : pages.Contains(page);
        if (!isKnown)
        {
            command.Fail(Protocol.Sense.InvalidFieldInCdb(PageOffset, PageCodeBit));
            return;
        }
        // There are no thresholds, so that setting those to their default values changes nothing.
        bool resets = cdb.ParameterCodeReset || cdb.PageControl == LogPageControl.DefaultCumulative;
        if (resets && pages.Exists(known => IsMeant(known) && HasCounters(logicalUnit, known)))
        {
            // GOOD would say that they have their default values now.
            command.Fail(cdb.ParameterCodeReset
                ? Protocol.Sense.InvalidFieldInCdb(OptionsOffset, ParameterCodeResetBit)
                : Protocol.Sense.InvalidFieldInCdb(PageOffset, PageControlBit));
            return;
        }
        if (resets && IsMeant(LogPageCode.GeneralStatisticsAndPerformance))
        {
            logicalUnit.Statistics.Reset();
            logicalUnit.EstablishUnitAttention(AdditionalSense.LogParametersChanged, report: false, except: command.Nexus);
        }
        command.Complete();

        bool IsMeant(LogPageCode known) =>
            isAll || (known.Page == page.Page && (known.Subpage == page.Subpage || page.Subpage == AllSubpages));
    }

    /// <summary>Whether a page of the handler has data counters, which nobody can reset; lists of values are not reset (SPC-6).</summary>
    private static bool HasCounters(LogicalUnit logicalUnit, LogPageCode page) =>
        logicalUnit.Handler is ILogPageSource source && source.LogPageCodes.Contains(page)
        && source.ReadLogPage(page).Any(static parameter =>
            parameter.Format is LogParameterFormat.BoundedCounter or LogParameterFormat.UnboundedCounter);

    /// <summary>Every parameter is one that an initiator may not write, so the first one is pointed at.</summary>
    private static void SelectPages(ScsiCommand command, ReadOnlySpan<byte> list)
    {
        List<LogPageCode> pages = PagesOf(command.LogicalUnit!);
        int offset = 0;
        while (offset < list.Length)
        {
            ReadOnlySpan<byte> rest = list.Slice(offset);
            if (!LogPageHeader.TryParse(rest, out LogPageHeader header) || LogPageHeader.Length + header.PageLength > rest.Length)
            {
                command.Fail(Protocol.Sense.InvalidFieldInCdb(ParameterListLengthOffset));
                return;
            }
            // 00h and its subpage are not defined for LOG SELECT.
            if (header.Page.Page == 0 || !pages.Contains(header.Page))
            {
                command.Fail(Protocol.Sense.InvalidFieldInParameterList(offset, PageCodeBit));
                return;
            }
            if (header.PageLength > 0)
            {
                command.Fail(Protocol.Sense.InvalidFieldInParameterList(offset + LogPageHeader.Length));
                return;
            }
            offset += LogPageHeader.Length;
        }
        command.Complete();
    }
}
