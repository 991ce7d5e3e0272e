namespace Scst.Iscsi.Sending;

/// <summary>How far a <see cref="BatchWriter"/> has come. What is in its vector is to be sent in either case.</summary>
internal enum WriteStep : byte
{
    /// <summary>There is more to write after that.</summary>
    Flush,

    /// <summary>The batch is written.</summary>
    Done,
}
