using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Scst.Diagnostics;
using Scst.Protocol;

namespace Scst;

/// <content>Saved values (SPC-6, MODE SELECT with SP one, MODE SENSE with PC 11b).</content>
internal sealed partial class ModePageSet
{
    private const int Attempts = 8;

    private readonly StateRecord? _record;
    private byte[][] _saved;

    /// <summary>The saved values that the current ones began with: whoever differs from them was changed here since.</summary>
    private byte[][] _origin;
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
        bool goesOn = false;
        try
        {
            goesOn = request.Kind == ModePageRequestKind.SelectAndSave
                ? await TrySaveAsync(request).ConfigureAwait(false)
                : await TryReadAsync(request).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Nobody waits for this method; the command, and whoever comes after it, wait for its outcome.
            _logicalUnit.Engine.Log.ModePagesFailed(exception, _logicalUnit.Name);
        }
        if (goesOn)
            AskHandler(request);
        else
            Settle(request, Sense.HardwareError(AdditionalSense.InternalTargetFailure));
    }

    private async ValueTask<bool> TryReadAsync(ModePageRequest request)
    {
        await _record!.ReadAsync().ConfigureAwait(false);
        TakeRecordIn();
        if (request.Kind == ModePageRequestKind.Recall)
        {
            request.KnowsSaved = IsSavedKnown;
            TakeOver(request, request.Values);
            return true;
        }
        // SPC-6, MODE SENSE, initial responses: the device goes on, and only MODE SENSE of the saved values is NOT READY.
        if (!IsSavedKnown)
            _logicalUnit.Engine.Log.SavedModePagesLost(_logicalUnit.Name);
        request.Values = TakeCorePagesBack();
        return true;
    }

    /// <summary>
    /// Stores the saved values before anything else changes: a store that fails then leaves everything as it is, and the handler
    /// need not be asked to take back what it has done. A record that is met only now, because the store did not answer before or
    /// another writer has replaced it, is not thrown away: it counts for the pages that nobody has changed here. A store that lets
    /// another writer win forever has failed.
    /// </summary>
    private async ValueTask<bool> TrySaveAsync(ModePageRequest request)
    {
        byte[]?[] listed = request.Values;
        if (_record!.Status == StateReadStatus.Failed)
        {
            await _record.ReadAsync().ConfigureAwait(false);
            TakeRecordIn();
            if (_record.Status == StateReadStatus.Failed)
                return false;
        }
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            TakeOver(request, listed);
            byte[][] values;
            lock (_lock)
                values = [.. _pages.Select((page, i) => page.Savable ? request.Values[i] ?? _current[i] : _saved[i])];
            StateWriteStatus written = await _record.WriteAsync(RecordOf(values)).ConfigureAwait(false);
            if (written == StateWriteStatus.Stored)
            {
                lock (_lock)
                {
                    request.Replaced = _saved;
                    _saved = values;
                    _isDamaged = false;
                }
                return true;
            }
            TakeRecordIn();
            if (written != StateWriteStatus.Conflict || _record.Status == StateReadStatus.Failed)
                return false;
        }
        return false;
    }

    /// <summary>
    /// Makes the saved values, if they are known, those of the request for every page that it does not list and that has the value
    /// that it began with. What somebody has changed without saving stays.
    /// </summary>
    private void TakeOver(ModePageRequest request, byte[]?[] listed)
    {
        var values = new byte[]?[_pages.Count];
        request.TakesOver = false;
        lock (_lock)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = listed[i];
                bool isUntouched = listed[i] is null && _current[i].AsSpan().SequenceEqual(_origin[i]);
                if (!isUntouched || !IsSavedKnown || _saved[i].AsSpan().SequenceEqual(_current[i]))
                    continue;
                values[i] = _saved[i];
                request.TakesOver = true;
            }
        }
        request.Values = values;
    }

    /// <summary>The handler refuses what is saved already. If the store fails now, its record stays, and counts at the next reset.</summary>
    private async Task TakeBackAsync(ModePageRequest request, Sense refusal)
    {
        try
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
        }
        catch (Exception exception)
        {
            _logicalUnit.Engine.Log.ModePagesFailed(exception, _logicalUnit.Name);
        }
        Finish(request, refusal);
    }

    /// <summary>Whether what is current now, but for what the handler has refused, is what is saved.</summary>
    private static bool BeginsAnew(ModePageRequest request, Sense? refusal) => request.Kind switch
    {
        ModePageRequestKind.SelectAndSave => refusal is null,
        ModePageRequestKind.Recall => request.KnowsSaved,
        _ => request.Command is null,
    };

    private byte[] RecordOf(byte[][] values) => ModePageRecord.Write(values.Where((_, i) => _pages[i].Savable));

    /// <summary>The saved values are those of the record; while the store does not answer, those that were known last.</summary>
    private void TakeRecordIn()
    {
        if (_record!.Status == StateReadStatus.Failed)
            return;
        byte[][] saved = DefaultValues();
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
        if (isDamaged)
            Protect(saved);
        lock (_lock)
        {
            _saved = saved;
            _isDamaged = isDamaged;
        }
    }

    private byte[][] DefaultValues() => [.. _pages.Select(static page => page.Default.ToArray())];

    /// <summary>
    /// As long as it is not known what was saved, SWP is one: perhaps somebody has saved it. The initiator sees that, and may change it.
    /// </summary>
    private void Protect(byte[][] values) =>
        values[IndexOf(ModePageCodes.Control, 0)][ControlModePages.SoftwareWriteProtectByte] |= ControlModePages.SoftwareWriteProtectBit;

    private void TakePageIn(byte[] page, byte[][] saved)
    {
        bool hasHeader = ModePageHeader.TryParse(page, out ModePageHeader header);
        int index = IndexOf(header.Code, header.Subpage);
        bool fits = hasHeader && index >= 0 && _pages[index].Savable
            && _pages[index].TryCheckChange(_pages[index].Default.Span, page, 0, out _);
        if (fits)
        {
            saved[index] = page;
            return;
        }
        if (hasHeader && header.Code == ModePageCodes.Control && header.Subpage == 0)
            Protect(saved);
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
