using Scst.Protocol;

namespace Scst;

/// <summary>
/// Optional ability of an <see cref="ITargetDriver"/>: report an asynchronous event (SAM-6 asynchronous event reporting;
/// for iSCSI an Async Message with AsyncEvent 0). It comes in addition to the unit attention, never in its place.
/// </summary>
public interface IAsyncEventDriver
{
    /// <summary>Deliver an asynchronous event. It may be dropped: the unit attention stays until the standard clears it.</summary>
    /// <param name="session">Whom to tell.</param>
    /// <param name="lun">The logical unit that the event is about.</param>
    /// <param name="sense">What happened, as the sense data of the unit attention.</param>
    void ReportAsyncEvent(Session session, Lun lun, in Sense sense);
}
