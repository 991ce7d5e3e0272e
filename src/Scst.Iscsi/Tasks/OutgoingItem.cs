namespace Scst.Iscsi.Tasks;

/// <summary>Something that waits to be sent; the link of the one queue that it is in.</summary>
internal abstract class OutgoingItem
{
    public OutgoingItem? Next { get; set; }
}
