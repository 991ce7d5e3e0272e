using System;

namespace Scst.Protocol;

/// <summary>PAGE CODE and SUBPAGE CODE of a log page (SPC-6).</summary>
/// <param name="Page">PAGE CODE, 0 to 3Fh.</param>
/// <param name="Subpage">SUBPAGE CODE; zero for a page without subpages.</param>
public readonly record struct LogPageCode(byte Page, byte Subpage = 0) : IComparable<LogPageCode>
{
    /// <summary>00h: Supported Log Pages.</summary>
    public static LogPageCode SupportedPages => new(0x00);

    /// <summary>00h/FFh: Supported Log Pages and Subpages.</summary>
    public static LogPageCode SupportedSubpages => new(0x00, 0xFF);

    /// <summary>0Ch: Logical Block Provisioning (SBC-5).</summary>
    public static LogPageCode LogicalBlockProvisioning => new(0x0C);

    /// <summary>0Dh: Temperature.</summary>
    public static LogPageCode Temperature => new(0x0D);

    /// <summary>0Eh: Start-Stop Cycle Counter.</summary>
    public static LogPageCode StartStopCycleCounter => new(0x0E);

    /// <summary>19h: General Statistics and Performance.</summary>
    public static LogPageCode GeneralStatisticsAndPerformance => new(0x19);

    /// <summary>2Fh: Informational Exceptions.</summary>
    public static LogPageCode InformationalExceptions => new(0x2F);

    /// <summary>Whether a page comes before another in a list of pages.</summary>
    /// <param name="left">The one page.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether it does.</returns>
    public static bool operator <(LogPageCode left, LogPageCode right) => left.CompareTo(right) < 0;

    /// <summary>Whether a page comes after another in a list of pages.</summary>
    /// <param name="left">The one page.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether it does.</returns>
    public static bool operator >(LogPageCode left, LogPageCode right) => left.CompareTo(right) > 0;

    /// <summary>Whether a page comes before another, or is the same.</summary>
    /// <param name="left">The one page.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether it does.</returns>
    public static bool operator <=(LogPageCode left, LogPageCode right) => left.CompareTo(right) <= 0;

    /// <summary>Whether a page comes after another, or is the same.</summary>
    /// <param name="left">The one page.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether it does.</returns>
    public static bool operator >=(LogPageCode left, LogPageCode right) => left.CompareTo(right) >= 0;

    /// <summary>Compares by page code, then by subpage code.</summary>
    /// <param name="other">The other page.</param>
    /// <returns>Less than zero, zero or more than zero.</returns>
    public int CompareTo(LogPageCode other) => (Page, Subpage).CompareTo((other.Page, other.Subpage));

    /// <summary>The codes as the standards write them.</summary>
    /// <returns>For example <c>0Dh/00h</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"{Page:X2}h/{Subpage:X2}h");
}
