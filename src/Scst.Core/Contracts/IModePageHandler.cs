using Scst.Protocol;

namespace Scst;

/// <summary>Optional ability of an <see cref="IDevHandler"/>: act on changed mode pages (MODE SELECT, SPC-6).</summary>
public interface IModePageHandler
{
    /// <summary>
    /// New values of one of the handler's mode pages, checked against its changeable mask, are about to take effect.
    /// </summary>
    /// <param name="page">The page as described by the handler.</param>
    /// <param name="values">The whole page with its header, new values in place.</param>
    /// <param name="sense">Why the change is refused; meaningful only with a false result.</param>
    /// <returns>Whether the change took effect.</returns>
    bool TryChangeModePage(ModePage page, System.ReadOnlySpan<byte> values, out Sense sense);
}
