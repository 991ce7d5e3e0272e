using System;
using System.Collections.Generic;
using System.Threading;
using Scst.Diagnostics;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// The mode pages of a logical unit with their current values: the handler's, and the control mode page, whose bits the
/// core itself obeys (SPC-6, Control mode page).
/// </summary>
internal sealed class ModePageSet
{
    // Control mode page: D_SENSE, SWP and TAS may be changed; commands may be reordered freely (QUEUE ALGORITHM
    // MODIFIER 1), one task set for all nexuses (TST 000b), busy timeout and self-test time not limited by us.
    private const int DescriptorSenseByte = 2;
    private const byte DescriptorSenseBit = 0x04;
    private const int SoftwareWriteProtectByte = 4;
    private const byte SoftwareWriteProtectBit = 0x08;
    private const int TaskAbortedStatusByte = 5;
    private const byte TaskAbortedStatusBit = 0x40;

    private static readonly ModePage _control = new(
        [ModePageCodes.Control, 0x0A, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0],
        [ModePageCodes.Control, 0x0A, DescriptorSenseBit, 0, SoftwareWriteProtectBit, TaskAbortedStatusBit, 0, 0, 0, 0, 0, 0]);

    private readonly object _lock = new();
    private readonly LogicalUnit _logicalUnit;
    private readonly List<ModePage> _pages;
    private readonly List<byte[]> _current = [];
    private bool _descriptorSense;
    private bool _softwareWriteProtect;
    private bool _taskAbortedStatus;

    internal ModePageSet(LogicalUnit logicalUnit)
    {
        _logicalUnit = logicalUnit;
        _pages = [.. logicalUnit.Description.ModePages, _control];
        // MODE SENSE returns all pages in ascending order (SPC-6).
        _pages.Sort(static (left, right) => (left.Code, left.Subpage).CompareTo((right.Code, right.Subpage)));
        foreach (ModePage page in _pages)
            _current.Add(page.Default.ToArray());
    }

    /// <summary>D_SENSE: sense data in descriptor format.</summary>
    internal bool DescriptorSense => Volatile.Read(ref _descriptorSense);

    /// <summary>SWP: the medium may not be changed.</summary>
    internal bool SoftwareWriteProtect => Volatile.Read(ref _softwareWriteProtect);

    /// <summary>TAS: commands aborted by another nexus end in TASK ABORTED.</summary>
    internal bool TaskAbortedStatus => Volatile.Read(ref _taskAbortedStatus);

    /// <summary>Writes the pages that a MODE SENSE asks for.</summary>
    /// <returns>Their length in bytes, or -1 if there is no such page.</returns>
    internal int Write(in ModeSenseCdb cdb, Span<byte> destination)
    {
        int length = 0;
        bool any = false;
        lock (_lock)
        {
            for (int i = 0; i < _pages.Count; i++)
            {
                ModePage page = _pages[i];
                bool codeFits = cdb.PageCode == page.Code || cdb.PageCode == ModePageCodes.All;
                bool subpageFits = cdb.SubpageCode == page.Subpage || cdb.SubpageCode == ModePageCodes.AllSubpages;
                if (!codeFits || !subpageFits)
                    continue;
                ReadOnlySpan<byte> values = cdb.PageControl switch
                {
                    ModePageControl.Changeable => page.Changeable.Span,
                    ModePageControl.Default => page.Default.Span,
                    _ => _current[i],
                };
                values.CopyTo(destination.Slice(length));
                length += page.Length;
                any = true;
            }
        }
        return any ? length : -1;
    }

    /// <summary>Checks all pages of a MODE SELECT and, if every one is right, makes them take effect.</summary>
    /// <param name="pages">The pages of the parameter list.</param>
    /// <param name="offset">Where they begin in it.</param>
    /// <param name="changed">Whether any value is new.</param>
    /// <param name="sense">Why nothing, or not everything, took effect.</param>
    internal bool TrySelect(ReadOnlySpan<byte> pages, int offset, out bool changed, out Sense sense)
    {
        lock (_lock)
        {
            changed = false;
            if (!TryForEach(pages, offset, CheckPage, out sense))
                return false;
            bool any = false;
            bool applied = TryForEach(pages, offset, (int index, ReadOnlySpan<byte> page, int _, out Sense why) => TryApply(index, page, ref any, out why), out sense);
            changed = any;
            Obey();
            return applied;
        }
    }

    /// <summary>Back to the default values, as a logical unit reset asks for where nothing is saved (SPC-6 5.13).</summary>
    internal void Reset()
    {
        lock (_lock)
        {
            for (int i = 0; i < _pages.Count; i++)
            {
                bool any = false;
                TryApply(i, _pages[i].Default.Span, ref any, out _);
            }
            Obey();
        }
    }

    private delegate bool PageVisitor(int index, ReadOnlySpan<byte> page, int offset, out Sense sense);

    private bool CheckPage(int index, ReadOnlySpan<byte> page, int offset, out Sense sense) =>
        _pages[index].TryCheckChange(_current[index], page, offset, out sense);

    private bool TryForEach(ReadOnlySpan<byte> pages, int offset, PageVisitor visit, out Sense sense)
    {
        sense = default;
        while (!pages.IsEmpty)
        {
            if (!ModePageHeader.TryParse(pages, out ModePageHeader header) || header.Length > pages.Length)
            {
                sense = Sense.IllegalRequest(AdditionalSense.ParameterListLengthError);
                return false;
            }
            int index = _pages.FindIndex(page => page.Code == header.Code && page.Subpage == header.Subpage);
            if (index < 0)
            {
                sense = Sense.InvalidFieldInParameterList(offset, 5);
                return false;
            }
            if (!visit(index, pages.Slice(0, header.Length), offset, out sense))
                return false;
            offset += header.Length;
            pages = pages.Slice(header.Length);
        }
        return true;
    }

    private bool TryApply(int index, ReadOnlySpan<byte> values, ref bool changed, out Sense sense)
    {
        ModePage page = _pages[index];
        sense = default;
        byte[] next = values.ToArray();
        // PS is reserved in MODE SELECT data; ours says whether the page can be saved.
        next[0] = page.Default.Span[0];
        if (next.AsSpan().SequenceEqual(_current[index]))
            return true;
        if (page != _control && _logicalUnit.Handler is IModePageHandler handler && !TryChange(handler, page, next, out sense))
            return false;
        _current[index] = next;
        changed = true;
        return true;
    }

    /// <summary>A handler that throws refuses: a reset, which asks too, must go on.</summary>
    private bool TryChange(IModePageHandler handler, ModePage page, ReadOnlySpan<byte> values, out Sense sense)
    {
        try
        {
            return handler.TryChangeModePage(page, values, out sense);
        }
        catch (Exception exception)
        {
            _logicalUnit.Engine.Log.HandlerFailed(exception, _logicalUnit.Name, null);
            sense = Sense.HardwareError(AdditionalSense.InternalTargetFailure);
            return false;
        }
    }

    private void Obey()
    {
        byte[] control = _current[_pages.IndexOf(_control)];
        Volatile.Write(ref _descriptorSense, (control[DescriptorSenseByte] & DescriptorSenseBit) != 0);
        Volatile.Write(ref _softwareWriteProtect, (control[SoftwareWriteProtectByte] & SoftwareWriteProtectBit) != 0);
        Volatile.Write(ref _taskAbortedStatus, (control[TaskAbortedStatusByte] & TaskAbortedStatusBit) != 0);
    }
}
