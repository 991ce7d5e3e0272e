using System.Buffers;
using System.Globalization;
using System.Text;

namespace Scst.Iscsi.Protocol;

/// <summary>Appends key=value pairs, each with its null byte, to a <see cref="TextBuffer"/> (RFC 7143 6.1).</summary>
internal readonly struct TextKeyWriter
{
    private readonly TextBuffer _buffer;

    public TextKeyWriter(TextBuffer buffer) => _buffer = buffer;

    public static string Format(bool value) => value ? "Yes" : "No";

    public static string Format(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>False, with nothing written, if the buffer has reached its cap.</summary>
    public bool TryAdd(string key, string value)
    {
        var length = Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value) + 2;
        byte[]? rented = null;
        var pair = length <= 256 ? stackalloc byte[256] : (rented = ArrayPool<byte>.Shared.Rent(length));
        try
        {
            var written = Encoding.UTF8.GetBytes(key, pair);
            pair[written++] = (byte)'=';
            written += Encoding.UTF8.GetBytes(value, pair[written..]);
            pair[written++] = 0;
            return _buffer.TryAppend(pair[..written]);
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
