namespace Scst;

/// <summary>Optional ability of an <see cref="IDevHandler"/>: act on changed mode pages (MODE SELECT, SPC-6).</summary>
public interface IModePageHandler
{
    /// <summary>
    /// New values of mode pages of the handler, checked against their changeable masks, are about to take effect: those of one
    /// MODE SELECT, or, before the first command and at a reset, the saved values, which are the default ones while nothing is
    /// saved. End with <see cref="ModePageChange.Accept"/> or
    /// <see cref="ModePageChange.Refuse"/>, here or later on any thread. The MODE SELECT waits for that, and other changes wait
    /// for it; nothing else does, and the old values stand until then.
    /// </summary>
    /// <remarks>It must not block. An exception out of it refuses the change with INTERNAL TARGET FAILURE.</remarks>
    /// <param name="change">What is to change, all of it or nothing.</param>
    void ChangeModePages(ModePageChange change);
}
