using System;

namespace Scst.Iscsi.Protocol;

/// <summary>
/// Text that is collected over several PDUs (C bit), or waits to be sent in several. It grows as needed up to a hard cap
/// that is checked first.
/// </summary>
internal sealed class TextBuffer
{
    /// <summary>The cap of a negotiation: what the longest authentication items would need (RFC 7143 6.1).</summary>
    public const int DefaultCapacity = 65536;

    private readonly int _capacity;
    private byte[] _bytes = [];

    public TextBuffer(int capacity = DefaultCapacity) => _capacity = capacity;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>False, with nothing taken, if the text would exceed the cap.</summary>
    public bool TryAppend(ReadOnlySpan<byte> text)
    {
        if (text.Length > _capacity - Length)
            return false;
        text.CopyTo(Reserve(text.Length));
        Length += text.Length;
        return true;
    }

    /// <summary>Forgets the text and keeps the memory for the next.</summary>
    public void Rewind() => Length = 0;

    /// <summary>Forgets the text and gives up the memory.</summary>
    public void Clear()
    {
        _bytes = [];
        Length = 0;
    }

    private Span<byte> Reserve(int count)
    {
        var needed = Length + count;
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, Math.Min(_capacity, Math.Max(needed, Math.Max(256, _bytes.Length * 2))));
        return _bytes.AsSpan(Length, count);
    }
}
