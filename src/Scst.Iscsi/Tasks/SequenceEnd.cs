namespace Scst.Iscsi.Tasks;

/// <summary>Which sequence of Data-Out PDUs a PDU was the last of.</summary>
internal enum SequenceEnd : byte
{
    None = 0,
    Unsolicited,
    Solicited,
}
