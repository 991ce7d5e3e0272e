using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Scst.Conformance.Tests.Harness;

/// <summary>
/// Just enough of an iSCSI initiator to log in and then send anything at all. It shares no code with the target.
/// </summary>
internal sealed class RawInitiator : IDisposable
{
    public const int HeaderBytes = 48;

    private const string DefaultName = "iqn.2026-01.org.example:raw";

    // What every target takes (RFC 7143 13.12).
    private const int DataOutBytes = 8192;

    // Longer than any answer takes: reached only where the target neither answers nor hangs up.
    private static readonly TimeSpan _watchdog = TimeSpan.FromMinutes(1);
    private static int _sessions;

    private readonly Socket _socket;
    private uint _commandNumber = 1;

    private RawInitiator(Socket socket) => _socket = socket;

    /// <summary>Connects and says nothing.</summary>
    public static async Task<RawInitiator> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new RawInitiator(socket);
    }

    /// <summary>Connects and logs in to a normal session without authentication and without digests.</summary>
    /// <param name="port">The TCP port on 127.0.0.1.</param>
    /// <param name="target">The name of the target.</param>
    /// <param name="name">The iSCSI name of the initiator.</param>
    /// <param name="isid">
    /// Bytes 1 to 4 of the ISID behind 80h, by which the same initiator port comes back; null for one that was never there.
    /// </param>
    public static async Task<RawInitiator> LoginAsync(int port, string target, string name = DefaultName, uint? isid = null)
    {
        RawInitiator initiator = await ConnectAsync(port);
        await initiator.SendAsync(LoginRequest(target, name, isid));
        byte[] header = await initiator.ReceivePduAsync();
        // RFC 7143 11.13: opcode 23h, T set, NSG FullFeaturePhase, status class 0.
        if ((header[0] & 0x3F) != 0x23 || (header[1] & 0x83) != 0x83 || header[36] != 0)
            throw new InvalidOperationException($"login refused: {Convert.ToHexString(header)}");
        return initiator;
    }

    /// <summary>RFC 7143 11.12: a Login Request from the operational stage straight to the full feature phase.</summary>
    public static byte[] LoginRequest(string target, string name = DefaultName, uint? isid = null)
    {
        uint session = isid ?? (uint)Interlocked.Increment(ref _sessions);
        byte[] text = Encoding.UTF8.GetBytes(
            $"InitiatorName={name}\0TargetName={target}\0SessionType=Normal\0" +
            "HeaderDigest=None\0DataDigest=None\0InitialR2T=Yes\0ImmediateData=No\0MaxRecvDataSegmentLength=262144\0");
        byte[] pdu = Pdu(0x43, text);
        pdu[1] = 0x87;
        pdu[8] = 0x80; // ISID of the random type; the rest of it tells the sessions apart.
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(9), session);
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(16), 1);
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(24), 1);
        return pdu;
    }

    /// <summary>A header with an opcode and the length of the data segment, then the padded data segment.</summary>
    public static byte[] Pdu(byte opcode, params ReadOnlySpan<byte> data)
    {
        var pdu = new byte[HeaderBytes + ((data.Length + 3) & ~3)];
        pdu[0] = opcode;
        pdu[1] = 0x80;
        SetDataSegmentLength(pdu, data.Length);
        data.CopyTo(pdu.AsSpan(HeaderBytes));
        return pdu;
    }

    /// <summary>Claims a data segment length, true or not.</summary>
    public static void SetDataSegmentLength(Span<byte> pdu, int length)
    {
        pdu[5] = (byte)(length >> 16);
        pdu[6] = (byte)(length >> 8);
        pdu[7] = (byte)length;
    }

    /// <summary>The initiator task tag of the last command.</summary>
    public uint LastTag { get; private set; }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var cancellation = new CancellationTokenSource(_watchdog);
        while (bytes.Length > 0)
            bytes = bytes[await _socket.SendAsync(bytes, cancellation.Token)..];
    }

    /// <summary>Sends what a target may hang up on half way. False if it did: that is an answer, not a failure.</summary>
    public async Task<bool> SendHostileAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await SendAsync(bytes);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Receives one PDU with its data segment; no digests.</summary>
    public async Task<byte[]> ReceivePduAsync()
    {
        using var cancellation = new CancellationTokenSource(_watchdog);
        var header = new byte[HeaderBytes];
        await ReceiveExactlyAsync(header, cancellation.Token);
        int data = (header[5] << 16) | (header[6] << 8) | header[7];
        var rest = new byte[(header[4] * 4) + ((data + 3) & ~3)];
        await ReceiveExactlyAsync(rest, cancellation.Token);
        return [.. header, .. rest];
    }

    /// <summary>Runs one command that reads. Gives the status, and the data as far as it came.</summary>
    /// <param name="lun">The logical unit, below 256 (SAM-6, peripheral device addressing).</param>
    /// <param name="cdb">At most 16 bytes.</param>
    /// <param name="expected">The expected data transfer length in bytes.</param>
    public async Task<(byte Status, byte[] Data)> ReadAsync(byte lun, byte[] cdb, int expected)
    {
        await SendCommandAsync(0xC1, lun, cdb, expected);

        var data = new byte[expected];
        int end = 0;
        while (true)
        {
            byte[] pdu = await ReceivePduAsync();
            int opcode = pdu[0] & 0x3F;
            if (opcode == 0x25)
            {
                int offset = BinaryPrimitives.ReadInt32BigEndian(pdu.AsSpan(40));
                int length = (pdu[5] << 16) | (pdu[6] << 8) | pdu[7];
                pdu.AsSpan(HeaderBytes + (pdu[4] * 4), length).CopyTo(data.AsSpan(offset));
                end = Math.Max(end, offset + length);
            }
            // The status comes in the last Data-In (S set) or in a SCSI Response (RFC 7143 11.4, 11.7).
            if (opcode == 0x21 || (opcode == 0x25 && (pdu[1] & 0x01) != 0))
                return (pdu[3], data[..end]);
        }
    }

    /// <summary>Runs one command that writes, and gives the status. Data goes as the target asks for it.</summary>
    /// <param name="lun">The logical unit, below 256 (SAM-6, peripheral device addressing).</param>
    /// <param name="cdb">At most 16 bytes.</param>
    /// <param name="data">The data-out.</param>
    public async Task<byte> WriteAsync(byte lun, byte[] cdb, ReadOnlyMemory<byte> data)
    {
        await SendCommandAsync(0xA1, lun, cdb, data.Length);
        while (true)
        {
            byte[] pdu = await ReceivePduAsync();
            switch (pdu[0] & 0x3F)
            {
                case 0x21:
                    return pdu[3];
                case 0x31:
                    await SendDataOutAsync(lun, pdu, data);
                    break;
            }
        }
    }

    /// <summary>Asks for the end of the session and gives the PDU that comes next (RFC 7143 11.14).</summary>
    public async Task<byte[]> LogoutAsync()
    {
        byte[] request = Pdu(0x46);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(16), 0xFFFF_0000);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(24), _commandNumber);
        await SendAsync(request);
        return await ReceivePduAsync();
    }

    /// <summary>Says that nothing more will come, then reads until the target hangs up. True if it did.</summary>
    public async Task<bool> FinishAsync()
    {
        using var cancellation = new CancellationTokenSource(_watchdog);
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            return true;
        }
        return await HangsUpAsync(cancellation.Token);
    }

    /// <summary>Reads until the target hangs up, of its own accord. True if it did before the watchdog bit.</summary>
    public async Task<bool> HangsUpAsync()
    {
        using var cancellation = new CancellationTokenSource(_watchdog);
        return await HangsUpAsync(cancellation.Token);
    }

    /// <summary>Drops the connection with a reset.</summary>
    public void Reset() => _socket.Close(0);

    public void Dispose() => _socket.Dispose();

    /// <summary>RFC 7143 11.3: F set, attribute SIMPLE; the first command has the number of the immediate login.</summary>
    private async Task SendCommandAsync(byte flags, byte lun, byte[] cdb, int expected)
    {
        byte[] command = Pdu(0x01);
        command[1] = flags;
        command[9] = lun;
        LastTag = _commandNumber;
        BinaryPrimitives.WriteUInt32BigEndian(command.AsSpan(16), LastTag);
        BinaryPrimitives.WriteInt32BigEndian(command.AsSpan(20), expected);
        BinaryPrimitives.WriteUInt32BigEndian(command.AsSpan(24), _commandNumber++);
        cdb.CopyTo(command.AsSpan(32));
        await SendAsync(command);
    }

    /// <summary>Answers an R2T (RFC 7143 11.8) with one sequence of Data-Out PDUs (11.7).</summary>
    private async Task SendDataOutAsync(byte lun, byte[] ready, ReadOnlyMemory<byte> data)
    {
        int offset = BinaryPrimitives.ReadInt32BigEndian(ready.AsSpan(40));
        int end = offset + BinaryPrimitives.ReadInt32BigEndian(ready.AsSpan(44));
        for (uint number = 0; offset < end; number++)
        {
            int length = Math.Min(end - offset, DataOutBytes);
            byte[] pdu = Pdu(0x05, data.Span.Slice(offset, length));
            pdu[1] = offset + length == end ? (byte)0x80 : (byte)0;
            pdu[9] = lun;
            ready.AsSpan(16, 8).CopyTo(pdu.AsSpan(16)); // the tags of the task and of the transfer
            BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(36), number);
            BinaryPrimitives.WriteInt32BigEndian(pdu.AsSpan(40), offset);
            await SendAsync(pdu);
            offset += length;
        }
    }

    private async Task<bool> HangsUpAsync(CancellationToken cancellation)
    {
        var buffer = new byte[16 << 10];
        try
        {
            while (await _socket.ReceiveAsync(buffer, cancellation) > 0)
            {
                // Whatever it answered is as good as any other answer.
            }
            return true;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ReceiveExactlyAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (buffer.Length > 0)
        {
            int count = await _socket.ReceiveAsync(buffer, cancellation);
            if (count == 0)
                throw new InvalidOperationException("the target hung up");
            buffer = buffer[count..];
        }
    }
}
