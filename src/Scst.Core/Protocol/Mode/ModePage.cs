using System;

namespace Scst.Protocol;

/// <summary>
/// A mode page that a logical unit has: its default values and which bits of it may be changed. Immutable; the current and
/// the saved values are kept elsewhere, as whole pages of <see cref="Length"/> bytes.
/// </summary>
public sealed class ModePage
{
    private const byte NotSavable = 0x7F;

    private readonly byte[] _default;
    private readonly byte[] _changeable;

    /// <summary>Describes a page.</summary>
    /// <param name="defaultValues">The page with its default values, header included; it is copied. PS: it can be saved, by a logical unit with a state store.</param>
    /// <param name="changeable">
    /// The page as MODE SENSE returns it for the changeable values: the same header, then a one for each bit that MODE
    /// SELECT may change; it is copied.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The header's PAGE LENGTH is not the length of the values, the page code is 3Fh or the subpage code FFh, or the two
    /// have different headers.
    /// </exception>
    public ModePage(ReadOnlySpan<byte> defaultValues, ReadOnlySpan<byte> changeable)
    {
        if (!ModePageHeader.TryParse(defaultValues, out var header) || header.Length != defaultValues.Length)
            throw new ArgumentException("PAGE LENGTH is not the length of the page.", nameof(defaultValues));
        if (header.Code == ModePageCodes.All || header.Subpage == ModePageCodes.AllSubpages)
            throw new ArgumentException("This page code names all pages.", nameof(defaultValues));
        if (!ModePageHeader.TryParse(changeable, out var other) || other != header || changeable.Length != defaultValues.Length)
            throw new ArgumentException("The changeable values have a header of their own.", nameof(changeable));
        Header = header;
        _default = defaultValues.ToArray();
        _changeable = changeable.ToArray();
    }

    /// <summary>The header.</summary>
    public ModePageHeader Header { get; }

    /// <summary>PAGE CODE.</summary>
    public byte Code => Header.Code;

    /// <summary>SUBPAGE CODE; zero for a page without subpages.</summary>
    public byte Subpage => Header.Subpage;

    /// <summary>Bytes of the page, header included.</summary>
    public int Length => _default.Length;

    /// <summary>PS bit: the page can be saved.</summary>
    public bool Savable => Header.Savable;

    /// <summary>The page with its default values, header included.</summary>
    public ReadOnlyMemory<byte> Default => _default;

    /// <summary>The page with a one for each bit that may be changed, header included.</summary>
    public ReadOnlyMemory<byte> Changeable => _changeable;

    /// <summary>The same page for a logical unit that can save none: PS zero.</summary>
    internal ModePage WithoutSaving()
    {
        if (!Savable)
            return this;
        byte[] defaults = [.. _default];
        byte[] changeable = [.. _changeable];
        defaults[0] &= NotSavable;
        changeable[0] &= NotSavable;
        return new ModePage(defaults, changeable);
    }

    /// <summary>
    /// Checks a page of a MODE SELECT parameter list: it must have the length of this page and change no bit that may not be
    /// changed (SPC-6, MODE SELECT). The PS bit, reserved there, is not looked at.
    /// </summary>
    /// <param name="current">The page with its current values; <see cref="Length"/> bytes.</param>
    /// <param name="requested">The page as it was sent, with the page code and subpage code of this one.</param>
    /// <param name="offset">Where <paramref name="requested"/> begins in the parameter list, for the field pointer.</param>
    /// <param name="sense">
    /// ILLEGAL REQUEST, INVALID FIELD IN PARAMETER LIST, with a pointer to PAGE LENGTH or to the first bit that may not be
    /// changed.
    /// </param>
    /// <returns><see langword="true"/> if the page may take effect; then <paramref name="sense"/> says nothing.</returns>
    /// <exception cref="ArgumentException"><paramref name="current"/> does not have the length of the page.</exception>
    public bool TryCheckChange(ReadOnlySpan<byte> current, ReadOnlySpan<byte> requested, int offset, out Sense sense)
    {
        if (current.Length != Length)
            throw new ArgumentException("The current values do not have the length of the page.", nameof(current));
        sense = default;
        if (!ModePageHeader.TryParse(requested, out var header) || header with { Savable = Savable } != Header
            || requested.Length != Length)
        {
            sense = Sense.InvalidFieldInParameterList(offset + Header.HeaderLength / 2);
            return false;
        }
        for (var index = Header.HeaderLength; index < current.Length; index++)
        {
            var refused = (current[index] ^ requested[index]) & ~_changeable[index];
            if (refused == 0)
                continue;
            var bit = 7;
            while ((refused & (1 << bit)) == 0)
                bit--;
            sense = Sense.InvalidFieldInParameterList(offset + index, bit);
            return false;
        }
        return true;
    }
}
