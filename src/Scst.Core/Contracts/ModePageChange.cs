using System;
using System.Collections.Generic;
using System.Threading;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// New values for mode pages of one handler, which take effect together or not at all (SPC-6, MODE SELECT). The handler has it
/// until it accepts or refuses.
/// </summary>
public sealed class ModePageChange
{
    private readonly ModePageSet _set;
    private readonly ModePageRequest _request;
    private readonly List<ModePage> _pages = [];
    private readonly List<byte[]> _values = [];
    private int _hasEnded;

    internal ModePageChange(ModePageSet set, ModePageRequest request)
    {
        _set = set;
        _request = request;
    }

    /// <summary>The pages that have new values, at least one, in order of page and subpage code.</summary>
    public IReadOnlyList<ModePage> Pages => _pages;

    /// <summary>Finds the new values of a page.</summary>
    /// <param name="code">PAGE CODE.</param>
    /// <param name="subpage">SUBPAGE CODE; zero for a page without subpages.</param>
    /// <param name="values">The whole page with its header, new values in place; empty if the page does not change.</param>
    /// <returns>Whether the page changes.</returns>
    public bool TryGetValues(byte code, byte subpage, out ReadOnlySpan<byte> values)
    {
        int index = _pages.FindIndex(page => page.Code == code && page.Subpage == subpage);
        values = index < 0 ? default : _values[index];
        return index >= 0;
    }

    /// <summary>The new values take effect now, and the MODE SELECT ends in GOOD.</summary>
    /// <exception cref="InvalidOperationException">The change was accepted or refused before.</exception>
    public void Accept() => End(null);

    /// <summary>Nothing changes, and the MODE SELECT ends in CHECK CONDITION. At a reset the pages keep their values.</summary>
    /// <param name="sense">Why.</param>
    /// <exception cref="InvalidOperationException">The change was accepted or refused before.</exception>
    public void Refuse(in Sense sense) => End(sense);

    internal void Add(ModePage page, byte[] values)
    {
        _pages.Add(page);
        _values.Add(values);
    }

    internal bool TryEnd(Sense? refusal)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0)
            return false;
        _set.Settle(_request, refusal);
        return true;
    }

    private void End(Sense? refusal)
    {
        if (!TryEnd(refusal))
            throw new InvalidOperationException("The change was accepted or refused before.");
    }
}
