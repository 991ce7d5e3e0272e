using System.Collections.Generic;
using Scst.Protocol;

namespace Scst;

/// <summary>
/// Optional ability of an <see cref="IDevHandler"/>: log pages of its own (SPC-6, LOG SENSE), for example
/// <see cref="LogPageCode.Temperature"/> or <see cref="LogPageCode.LogicalBlockProvisioning"/>. The core answers 00h, 00h/FFh and 19h
/// itself.
/// </summary>
/// <remarks>
/// <see cref="LogPages"/> makes the parameters of common pages. LOG SELECT cannot change parameters of a handler, and one that is to
/// reset data counters of a handler, also as part of all pages, ends in ILLEGAL REQUEST, INVALID FIELD IN CDB. Lists of values are never
/// reset.
/// </remarks>
public interface ILogPageSource
{
    /// <summary>The handler's log pages in ascending order; always the same.</summary>
    IReadOnlyList<LogPageCode> LogPageCodes { get; }

    /// <summary>Reads one log page. It must not block.</summary>
    /// <param name="page">One of <see cref="LogPageCodes"/>.</param>
    /// <returns>Its parameters in ascending order of their codes, at most 65535 bytes in all.</returns>
    IReadOnlyList<LogParameter> ReadLogPage(LogPageCode page);
}
