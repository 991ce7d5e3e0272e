using System;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Tasks;

/// <summary>
/// The tags of the last commands that ended, or were never begun, while their initiator could still be sending data for
/// them. Such data is dropped without a word; without this memory it could not be told from a breach of the protocol.
/// </summary>
internal sealed class ForgottenTags
{
    private readonly uint[] _tags;
    private int _next;

    /// <param name="capacity">As many commands as can end at once.</param>
    public ForgottenTags(int capacity)
    {
        _tags = new uint[capacity];
        Array.Fill(_tags, BasicHeader.ReservedTag);
    }

    public void Add(uint initiatorTaskTag)
    {
        _tags[_next] = initiatorTaskTag;
        _next = (_next + 1) % _tags.Length;
    }

    public bool Contains(uint initiatorTaskTag) => Array.IndexOf(_tags, initiatorTaskTag) >= 0;
}
