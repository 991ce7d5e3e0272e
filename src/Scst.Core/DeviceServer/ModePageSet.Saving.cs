using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Scst.Diagnostics;
using Scst.Protocol;

namespace Scst;

/// <content>Saved values (SPC-6, MODE SELECT with SP one, MODE SENSE with PC 11b).</content>
internal sealed partial class ModePageSet
{
    private readonly StateRecord? _record;
    private byte[][] _saved;
    private bool _isDamaged;

    /// <summary>Whether pages can be saved.</summary>
    internal bool CanSave => _record is not null;

    /// <summary>Whether the saved values are known: those of the record, or the default ones while there is none.</summary>
    internal bool IsSavedKnown => !_isDamaged && _record?.Status is StateReadStatus.Found or StateReadStatus.Absent;

    /// <summary>Until the saved values are there the logical unit is held: they may protect the medium.</summary>
    internal void HoldUntilLoaded()
    {
        if (_record is not null)
            _logicalUnit.TaskSet.Hold();
    }

    /// <summary>Reads the record, and makes its values the current ones.</summary>
    internal void Load()
    {
        if (_record is not null)
            Start(new ModePageRequest(ModePageRequestKind.Load, new byte[]?[_pages.Count]));
    }

    /// <summary>Executes a MODE SENSE of saved values; asks the store again if it did not answer the last time.</summary>
    internal void ReportSaved(ScsiCommand command)
    {
        if (_record!.Status == StateReadStatus.Failed)
            Start(new ModePageRequest(ModePageRequestKind.Recall, new byte[]?[_pages.Count], command));
        else
            ModeCommands.Report(command);
    }

    private bool NeedsStore(ModePageRequest request) => request.Kind switch
    {
        ModePageRequestKind.SelectAndSave or ModePageRequestKind.Load or ModePageRequestKind.Recall => true,
        ModePageRequestKind.Reset => _record?.Status == StateReadStatus.Failed,
        _ => false,
    };

    private async Task UseStoreAsync(ModePageRequest request)
    {
        if (request.Kind == ModePageRequestKind.SelectAndSave)
        {
            if (await TrySaveAsync(request).ConfigureAwait(false))
                AskHandler(request);
            else
                Settle(request, Sense.HardwareError(AdditionalSense.InternalTargetFailure));
            return;
        }
        await _record!.ReadAsync().ConfigureAwait(false);
        TakeRecordIn();
        if (request.Kind != ModePageRequestKind.Recall)
        {
            // SPC-6, MODE SENSE, initial responses: the device goes on, and only MODE SENSE of the saved values is NOT READY.
            if (!IsSavedKnown)
                _logicalUnit.Engine.Log.SavedModePagesLost(_logicalUnit.Name);
            request.Values = TakeCorePagesBack();
        }
        AskHandler(request);
    }

    /// <summary>
    /// Stores the saved values before anything else changes: a store that fails then leaves everything as it is, and the handler
    /// need not be asked to take back what it has done.
    /// </summary>
    private async ValueTask<bool> TrySaveAsync(ModePageRequest request)
    {
        byte[][] values;
        lock (_lock)
            values = [.. _pages.Select((page, i) => page.Savable ? request.Values[i] ?? _current[i] : _saved[i])];
        if (await _record!.WriteAsync(RecordOf(values)).ConfigureAwait(false) != StateWriteStatus.Stored)
        {
            // Another writer's values, perhaps.
            TakeRecordIn();
            return false;
        }
        lock (_lock)
        {
            request.Replaced = _saved;
            _saved = values;
            _isDamaged = false;
        }
        return true;
    }

    /// <summary>The handler refuses what is saved already. If the store fails now, its record stays, and counts at the next reset.</summary>
    private async Task TakeBackAsync(ModePageRequest request, Sense refusal)
    {
        if (await _record!.WriteAsync(RecordOf(request.Replaced!)).ConfigureAwait(false) == StateWriteStatus.Stored)
        {
            lock (_lock)
                _saved = request.Replaced!;
        }
        else
        {
            TakeRecordIn();
        }
        Finish(request, refusal);
    }

    private byte[] RecordOf(byte[][] values) => ModePageRecord.Write(values.Where((_, i) => _pages[i].Savable));

    /// <summary>The saved values are those of the record; while the store does not answer, those that were known last.</summary>
    private void TakeRecordIn()
    {
        if (_record!.Status == StateReadStatus.Failed)
            return;
        byte[][] saved = [.. _pages.Select(static page => page.Default.ToArray())];
        bool isDamaged = _record.Status == StateReadStatus.Unreadable;
        if (_record.Status == StateReadStatus.Found)
        {
            isDamaged = !ModePageRecord.TryRead(_record.Content.Span, out List<byte[]> pages);
            foreach (byte[] page in pages)
            {
                if (!isDamaged)
                    TakePageIn(page, saved);
            }
        }
        lock (_lock)
        {
            _saved = saved;
            _isDamaged = isDamaged;
        }
    }

    private void TakePageIn(byte[] page, byte[][] saved)
    {
        bool hasHeader = ModePageHeader.TryParse(page, out ModePageHeader header);
        int index = _pages.FindIndex(known => known.Code == header.Code && known.Subpage == header.Subpage);
        bool fits = hasHeader && index >= 0 && _pages[index].Savable
            && _pages[index].TryCheckChange(_pages[index].Default.Span, page, 0, out _);
        if (fits)
            saved[index] = page;
        else
            _logicalUnit.Engine.Log.SavedModePageIgnored(_logicalUnit.Name, header.Code, header.Subpage);
    }

    /// <summary>The saved values of the pages that the core obeys become the current ones.</summary>
    /// <returns>The saved values of the others, for the handler.</returns>
    private byte[]?[] TakeCorePagesBack()
    {
        var values = new byte[]?[_pages.Count];
        lock (_lock)
        {
            for (int i = 0; i < values.Length; i++)
            {
                if (ControlModePages.IsCore(_pages[i]))
                    _current[i] = _saved[i];
                else
                    values[i] = _saved[i];
            }
            Obey();
        }
        return values;
    }
}
