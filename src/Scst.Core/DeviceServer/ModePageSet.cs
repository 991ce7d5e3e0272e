using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Scst.Diagnostics;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// The mode pages of a logical unit with their current and saved values: the handler's, and the control mode pages, whose bits
/// the core itself obeys (SPC-6, Control mode page and Control Extension mode page).
/// </summary>
internal sealed partial class ModePageSet
{
    private readonly object _lock = new();
    private readonly LogicalUnit _logicalUnit;
    private readonly List<ModePage> _pages;
    private readonly List<byte[]> _current = [];
    private readonly Queue<ModePageRequest> _requests = new();
    private bool _isDraining;
    private bool _isChanging;
    private bool _descriptorSense;
    private bool _softwareWriteProtect;
    private bool _taskAbortedStatus;
    private bool _scsiPrecedence;

    internal ModePageSet(LogicalUnit logicalUnit)
    {
        _logicalUnit = logicalUnit;
        _pages = [.. logicalUnit.Description.ModePages, ControlModePages.Control, ControlModePages.Extension];
        if (logicalUnit.Engine.Options.StateStore is { } store)
            _record = new StateRecord(logicalUnit, store, "mode-pages");
        else
            _pages = _pages.ConvertAll(static page => page.WithoutSaving());
        // MODE SENSE returns all pages in ascending order (SPC-6).
        _pages.Sort(static (left, right) => (left.Code, left.Subpage).CompareTo((right.Code, right.Subpage)));
        for (int i = 1; i < _pages.Count; i++)
        {
            if (_pages[i].Code == _pages[i - 1].Code && _pages[i].Subpage == _pages[i - 1].Subpage)
                throw new ArgumentException($"Mode page {_pages[i].Code:X2}h/{_pages[i].Subpage:X2}h is there twice.");
        }
        _saved = DefaultValues();
        if (_record is not null)
            Protect(_saved);
        _origin = _saved;
        _current.AddRange(_saved);
        Obey();
    }

    /// <summary>D_SENSE: sense data in descriptor format.</summary>
    internal bool DescriptorSense => Volatile.Read(ref _descriptorSense);

    /// <summary>SWP: the medium may not be changed.</summary>
    internal bool SoftwareWriteProtect => Volatile.Read(ref _softwareWriteProtect);

    /// <summary>TAS: commands aborted by another nexus end in TASK ABORTED.</summary>
    internal bool TaskAbortedStatus => Volatile.Read(ref _taskAbortedStatus);

    /// <summary>SCSIP: SET TIMESTAMP has precedence over the host's clock.</summary>
    internal bool ScsiPrecedence => Volatile.Read(ref _scsiPrecedence);

    /// <summary>Writes the pages that a MODE SENSE asks for.</summary>
    /// <returns>Their length in bytes, or -1 if there is no such page.</returns>
    internal int Write(in ModeSenseCdb cdb, Span<byte> destination)
    {
        // With page code 3Fh only the subpage codes 00h and FFh are defined.
        if (cdb.PageCode == ModePageCodes.All && cdb.SubpageCode is not (0 or ModePageCodes.AllSubpages))
            return -1;
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
                    ModePageControl.Saved => _saved[i],
                    _ => _current[i],
                };
                values.CopyTo(destination.Slice(length));
                length += page.Length;
                any = true;
            }
        }
        return any ? length : -1;
    }

    /// <summary>
    /// Checks all pages of a MODE SELECT and, if every one is right, makes them take effect, all or none. Ends the command, at
    /// once or when the handler has done what the new values ask for.
    /// </summary>
    /// <param name="command">The MODE SELECT.</param>
    /// <param name="pages">The pages of its parameter list.</param>
    /// <param name="offset">Where they begin in it.</param>
    /// <param name="saves">Whether all pages that can be saved are to be, with the new values where they have such (SP).</param>
    internal void Select(ScsiCommand command, ReadOnlySpan<byte> pages, int offset, bool saves)
    {
        var values = new byte[]?[_pages.Count];
        if (TryRead(pages, offset, values, out Sense sense))
            Start(new ModePageRequest(saves ? ModePageRequestKind.SelectAndSave : ModePageRequestKind.Select, values, command));
        else
            command.Fail(sense);
    }

    /// <summary>
    /// Back to the saved values, or to the default ones where nothing is saved, as a logical unit reset asks for (SPC-6, mode
    /// parameters): what the core obeys at once, the handler's pages when the handler has accepted.
    /// </summary>
    internal void Reset() => Start(new ModePageRequest(ModePageRequestKind.Reset, TakeCorePagesBack()));

    /// <summary>The handler, if it was asked, has answered.</summary>
    internal void Settle(ModePageRequest request, Sense? refusal)
    {
        if (refusal is { } sense && request.Replaced is not null)
            _ = TakeBackAsync(request, sense);
        else
            Finish(request, refusal);
    }

    /// <summary>
    /// What the handler has accepted takes effect also if the command was aborted meanwhile, because the handler goes by it already.
    /// </summary>
    private void Finish(ModePageRequest request, Sense? refusal)
    {
        bool hasChanged = false;
        lock (_lock)
        {
            for (int i = 0; refusal is null && i < _current.Count; i++)
            {
                if (!IsNew(request, i))
                    continue;
                _current[i] = request.Values[i]!;
                hasChanged = true;
            }
            if (BeginsAnew(request, refusal))
                _origin = _saved;
            Obey();
            _isChanging = false;
        }
        if (refusal is { } sense && (request.Command is null || request.KnowsSaved))
            _logicalUnit.Engine.Log.SavedModePagesRefused(_logicalUnit.Name, sense);
        if (request.Command is { } command)
            End(command, request, refusal, hasChanged);
        if (request.Kind == ModePageRequestKind.Load)
            _logicalUnit.TaskSet.Release();
        Drain();
    }

    /// <summary>Reads the pages of a parameter list. If one is there twice the last counts.</summary>
    private bool TryRead(ReadOnlySpan<byte> pages, int offset, byte[]?[] values, out Sense sense)
    {
        sense = default;
        while (!pages.IsEmpty)
        {
            if (!ModePageHeader.TryParse(pages, out ModePageHeader header) || header.Length > pages.Length)
            {
                sense = Sense.IllegalRequest(AdditionalSense.ParameterListLengthError);
                return false;
            }
            int index = IndexOf(header.Code, header.Subpage);
            if (index < 0)
            {
                sense = Sense.InvalidFieldInParameterList(offset, 5);
                return false;
            }
            ModePage known = _pages[index];
            ReadOnlySpan<byte> requested = pages.Slice(0, header.Length);
            // What may not be changed is in the current values as it is in the default ones.
            if (!known.TryCheckChange(known.Default.Span, requested, offset, out sense))
                return false;
            byte[] page = requested.ToArray();
            // PS is reserved in MODE SELECT data; ours says whether the page can be saved.
            page[0] = known.Default.Span[0];
            values[index] = page;
            offset += header.Length;
            pages = pages.Slice(header.Length);
        }
        return true;
    }

    private bool IsNew(ModePageRequest request, int index) =>
        request.Values[index] is { } values && !values.AsSpan().SequenceEqual(_current[index]);

    private void Start(ModePageRequest request)
    {
        lock (_lock)
            _requests.Enqueue(request);
        Drain();
    }

    /// <summary>
    /// Carries out the requests one after the other. One thread does it at a time, so that a row of changes that are accepted at
    /// once uses constant stack.
    /// </summary>
    private void Drain()
    {
        while (true)
        {
            ModePageRequest request;
            lock (_lock)
            {
                if (_isDraining || _isChanging || _requests.Count == 0)
                    return;
                _isDraining = _isChanging = true;
                request = _requests.Dequeue();
            }
            try
            {
                CarryOut(request);
            }
            finally
            {
                lock (_lock)
                    _isDraining = false;
            }
        }
    }

    private void CarryOut(ModePageRequest request)
    {
        if (request.Command is { IsAborted: true })
        {
            // Nobody will see the sense.
            Settle(request, Sense.AbortedCommand(AdditionalSense.NoAdditionalSenseInformation));
            return;
        }
        if (NeedsStore(request))
            _ = UseStoreAsync(request);
        else
            AskHandler(request);
    }

    private void AskHandler(ModePageRequest request)
    {
        var change = new ModePageChange(this, request);
        lock (_lock)
        {
            for (int i = 0; i < _pages.Count; i++)
            {
                if (!ControlModePages.IsCore(_pages[i]) && IsNew(request, i))
                    change.Add(_pages[i], request.Values[i]!);
            }
        }
        if (change.Pages.Count == 0 || _logicalUnit.Handler is not IModePageHandler handler)
        {
            Settle(request, refusal: null);
            return;
        }
        try
        {
            handler.ChangeModePages(change);
        }
        catch (Exception exception)
        {
            _logicalUnit.Engine.Log.HandlerFailed(exception, _logicalUnit.Name, request.Command?.Descriptor?.Name);
            change.TryEnd(Sense.HardwareError(AdditionalSense.InternalTargetFailure));
        }
    }

    private void End(ScsiCommand command, ModePageRequest request, Sense? refusal, bool hasChanged)
    {
        if (hasChanged)
        {
            // What the initiator did not ask for, it is told of as well.
            LunNexus? except = request.TakesOver ? null : command.Nexus;
            _logicalUnit.EstablishUnitAttention(AdditionalSense.ModeParametersChanged, report: false, except);
        }
        if (request.Kind == ModePageRequestKind.Recall)
            ModeCommands.Report(command);
        else if (refusal is { } sense)
            command.Fail(sense);
        else
            command.Complete();
    }

    private void Obey()
    {
        byte[] control = CurrentOf(ModePageCodes.Control, 0);
        byte[] extension = CurrentOf(ModePageCodes.Control, ControlModePages.ControlExtension);
        Obey(ref _descriptorSense, control[ControlModePages.DescriptorSenseByte] & ControlModePages.DescriptorSenseBit);
        Obey(ref _softwareWriteProtect, control[ControlModePages.SoftwareWriteProtectByte] & ControlModePages.SoftwareWriteProtectBit);
        Obey(ref _taskAbortedStatus, control[ControlModePages.TaskAbortedStatusByte] & ControlModePages.TaskAbortedStatusBit);
        Obey(ref _scsiPrecedence, extension[ControlModePages.TimestampByte] & ControlModePages.ScsiPrecedenceBit);
    }

    private static void Obey(ref bool field, int bit) => Volatile.Write(ref field, bit != 0);

    private byte[] CurrentOf(byte code, byte subpage) => _current[IndexOf(code, subpage)];

    private int IndexOf(byte code, byte subpage) => _pages.FindIndex(page => page.Code == code && page.Subpage == subpage);
}
