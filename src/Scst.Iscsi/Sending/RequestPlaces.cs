using System;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Sending;

/// <summary>
/// The command window of a session, and how many requests are unanswered: as many numbered ones as the window is deep, and
/// a like number of immediate ones. Guarded by the lock of the <see cref="Ledger"/>.
/// </summary>
internal sealed class RequestPlaces
{
    // A window of one command should not keep an initiator from aborting a few.
    private const int LeastImmediate = 64;

    private readonly int _depth;
    private CommandWindow _window;
    private int _numbered;
    private int _immediate;

    public RequestPlaces(SerialNumber32 initialCmdSN, int depth)
    {
        _depth = depth;
        _window = new CommandWindow(initialCmdSN, depth);
    }

    /// <summary>How many requests can be unanswered.</summary>
    public int Count => _depth + MostImmediate;

    public SerialNumber32 ExpCmdSN => _window.ExpCmdSN;

    public SerialNumber32 MaxCmdSN => _window.MaxCmdSN;

    /// <summary>As far as the initiator knows it may send nothing that takes a number.</summary>
    public bool IsClosed => _window.MaxCmdSN < _window.ExpCmdSN;

    private int MostImmediate => Math.Max(_depth, LeastImmediate);

    public Admission Classify(SerialNumber32 cmdSN, bool immediate) => _window.Classify(cmdSN, immediate) switch
    {
        CommandOrder.Expected => Admission.Deliver,
        CommandOrder.Immediate => _immediate < MostImmediate ? Admission.Deliver : Admission.TooManyImmediate,
        CommandOrder.Ahead => Admission.Hold,
        _ => Admission.Ignore,
    };

    /// <summary>A request is delivered.</summary>
    public void Take(bool immediate)
    {
        if (immediate)
        {
            _immediate++;
        }
        else
        {
            _window.Advance();
            _numbered++;
        }
    }

    /// <summary>A request is answered, or will not be.</summary>
    public void Give(RequestPlace place)
    {
        if (place == RequestPlace.Numbered)
            _numbered--;
        else if (place == RequestPlace.Immediate)
            _immediate--;
    }

    /// <summary>A request that seemed to be answered is not.</summary>
    public void TakeBack(RequestPlace place)
    {
        if (place == RequestPlace.Numbered)
            _numbered++;
        else if (place == RequestPlace.Immediate)
            _immediate++;
    }

    /// <summary>The expected number counts as received.</summary>
    public void Skip() => _window.Advance();

    /// <summary>Grants the initiator as many numbers as there are places free.</summary>
    public void Open() => _window.Open(Math.Max(0, _depth - _numbered));
}
