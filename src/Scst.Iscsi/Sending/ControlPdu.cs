using System;
using System.Threading.Tasks;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tasks;

namespace Scst.Iscsi.Sending;

/// <summary>
/// A PDU that is no part of a SCSI command's execution, ready but for its numbers: NOP-In, Reject, Text, Logout, Task
/// Management and Asynchronous Message.
/// </summary>
internal sealed class ControlPdu : OutgoingItem
{
    private readonly byte[] _header = new byte[BasicHeader.Length];
    private TaskCompletionSource<bool>? _completion;
    private DataBuffer? _buffer;
    private DataBufferPool? _pool;

    public Span<byte> Header => _header;

    /// <summary>The data segment without padding.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Whether the PDU takes a StatSN; a ping carries the next one without taking it (RFC 7143 11.19.2).</summary>
    public bool TakesStatSN { get; init; } = true;

    /// <summary>Which place its request has taken, to be given back.</summary>
    public RequestPlace Place { get; init; }

    /// <summary>Called once when the PDU was sent.</summary>
    public Action? Sent { get; init; }

    /// <summary>Completes with whether the PDU was sent.</summary>
    public Task<bool> WhenOverAsync() =>
        (_completion ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Gives it a data segment of its own.</summary>
    public void SetData(byte[] data) => Data = data;

    /// <summary>Gives it a data segment in a pool buffer, which it returns.</summary>
    public void SetData(DataBuffer buffer, int length, DataBufferPool pool)
    {
        _buffer = buffer;
        _pool = pool;
        Data = buffer.Array.AsMemory(0, length);
    }

    /// <summary>Sent, or never to be sent.</summary>
    public void Release(bool sent)
    {
        if (_buffer is { } buffer)
            _pool!.Return(buffer);
        _buffer = null;
        Data = default;
        if (sent)
            Sent?.Invoke();
        _completion?.TrySetResult(sent);
    }
}
