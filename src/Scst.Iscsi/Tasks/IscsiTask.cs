using Scst.Iscsi.Connections;

namespace Scst.Iscsi.Tasks;

/// <summary>
/// This driver's side of a SCSI command: made once per command object and used again with it. As an outgoing item it stands
/// for the command's data-in and response.
/// </summary>
internal sealed class IscsiTask : OutgoingItem
{
    private DataOutTransfer? _dataOut;

    public IscsiTask(IscsiSession session, ScsiCommand command)
    {
        Session = session;
        Command = command;
    }

    public IscsiSession Session { get; }

    public ScsiCommand Command { get; }

    public uint InitiatorTaskTag { get; private set; }

    /// <summary>The LUN field as it came, for the PDUs that repeat it.</summary>
    public ulong Lun { get; private set; }

    /// <summary>Whether the command takes a place in the command window; immediate ones do not.</summary>
    public bool IsNumbered { get; private set; }

    /// <summary>Expected bytes of the read part of a bidirectional command; null for any other.</summary>
    public uint? BidirectionalReadLength { get; private set; }

    /// <summary>The command had ended, and its response was given up for a task management function.</summary>
    public bool IsResponseDropped { get; set; }

    /// <summary>The command's data-in lies in segments that only system calls may touch, and is to be sent.</summary>
    public bool IsLent { get; set; }

    /// <summary>Lent data-in is being sent: the task is known though its response has left the queue.</summary>
    public bool IsOnWire { get; set; }

    /// <summary>The data-out of a command with W set; null for any other.</summary>
    public DataOutTransfer? DataOut { get; private set; }

    /// <summary>
    /// Makes it as new for a command. The ledger's timer may look at the task as soon as it is admitted, so what it looks at
    /// is made as new here.
    /// </summary>
    public void Begin(
        uint initiatorTaskTag, ulong lun, bool isNumbered, bool isWrite, bool announcesData, uint? bidirectionalReadLength)
    {
        InitiatorTaskTag = initiatorTaskTag;
        Lun = lun;
        IsNumbered = isNumbered;
        IsResponseDropped = false;
        IsLent = false;
        BidirectionalReadLength = bidirectionalReadLength;
        DataOut = isWrite ? _dataOut ??= new DataOutTransfer(this) : null;
        if (DataOut is null)
            return;
        DataOut.Solicitation.Begin(announcesData);
        DataOut.WaitTick = Session.Watch.Tick;
    }
}
