using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using NUnit.Framework;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Harness;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>
/// The initiator's side of one connection, PDU by PDU. It checks the numbers of everything that the target sends, so that
/// every test is one of StatSN, ExpCmdSN and MaxCmdSN too.
/// </summary>
internal sealed partial class TestInitiator : IDisposable
{
    public const string DefaultName = "iqn.2026-01.org.example:initiator";

    private readonly Socket _socket;
    private readonly byte[] _header = new byte[BasicHeader.Length];
    private uint _nextTag = 0x1000;
    private uint _lastMaxCmdSN;
    private bool _hasNumbers;

    private TestInitiator(Socket socket) => _socket = socket;

    public string Name { get; set; } = DefaultName;

    public ulong Isid { get; set; } = 0x8000_0000_0001;

    public ushort Tsih { get; set; }

    public ushort ConnectionId { get; set; }

    /// <summary>The number of the next request.</summary>
    public uint CmdSN { get; set; } = 0xffff_fffe;

    /// <summary>The StatSN that comes next.</summary>
    public uint ExpStatSN { get; private set; }

    /// <summary>As the target said last.</summary>
    public uint MaxCmdSN => _lastMaxCmdSN;

    public uint ExpCmdSN { get; private set; }

    public bool HeaderDigest { get; private set; }

    public bool DataDigest { get; private set; }

    /// <summary>What the login has agreed on, by key.</summary>
    public Dictionary<string, string> Agreed { get; } = [];

    public int LocalPort => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public static async Task<TestInitiator> ConnectAsync(IPEndPoint portal)
    {
        var socket = new Socket(portal.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(portal);
        return new TestInitiator(socket);
    }

    /// <summary>
    /// From now on nothing that comes is received or acknowledged, as if this host were gone (Linux: a filter that lets no packet
    /// through, SO_ATTACH_FILTER).
    /// </summary>
    public unsafe void Deafen()
    {
        // One instruction of classic BPF: return, and keep no byte.
        ulong returnNothing = 0x06;
        Span<byte> program = stackalloc byte[16];
        program.Clear();
        program[0] = 1;
        Unsafe.WriteUnaligned(ref program[8], (nint)(&returnNothing));
        _socket.SetRawSocketOption(optionLevel: 1, optionName: 26, program);
    }

    public uint NextTag() => _nextTag++;

    /// <summary>Logs in and demands success.</summary>
    public async Task LoginAsync(string? target, params string[] keys)
    {
        var response = await TryLoginAsync(target, keys);
        Assert.That(response.Login.Status, Is.EqualTo(LoginStatus.Success));
        Assert.That(response.Login.Transit, Is.True);
        Tsih = response.Login.Tsih;
        Assert.That(Tsih, Is.Not.Zero);
        HeaderDigest = Agreed.GetValueOrDefault("HeaderDigest") == "CRC32C";
        DataDigest = Agreed.GetValueOrDefault("DataDigest") == "CRC32C";
    }

    /// <summary>Sends one Login Request straight to full feature phase and returns the answer.</summary>
    public async Task<ReceivedPdu> TryLoginAsync(string? target, params string[] keys)
    {
        await SendLoginAsync(target, keys);
        return await ReceiveLoginAsync();
    }

    public Task SendLoginAsync(string? target, params string[] keys)
    {
        string[] pairs = target is null
            ? [$"InitiatorName={Name}", "SessionType=Discovery", .. keys]
            : [$"InitiatorName={Name}", $"TargetName={target}", .. keys];
        var text = Text.Encode(pairs);
        LoginRequestPdu.Write(
            _header, transit: true, continued: false, LoginStage.LoginOperationalNegotiation, LoginStage.FullFeaturePhase, Isid, Tsih,
            initiatorTaskTag: 1, ConnectionId, new SerialNumber32(CmdSN), new SerialNumber32(ExpStatSN), text.Length);
        return SendAsync(_header, text);
    }

    public async Task<ReceivedPdu> ReceiveLoginAsync()
    {
        var response = await ReceiveAsync();
        foreach (var pair in Text.Decode(response.Data))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            Agreed[pair[..equals]] = pair[(equals + 1)..];
        }

        return response;
    }

    /// <summary>An agreed number.</summary>
    public int Number(string key, int ifAbsent) =>
        Agreed.TryGetValue(key, out var value) && int.TryParse(value, out var number) ? number : ifAbsent;

    /// <summary>Sends a PDU with padding and digests.</summary>
    public Task SendAsync(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data = default, byte[]? ahs = null) =>
        SendRawAsync(Assemble(header, data, ahs));

    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None)..];
    }

    /// <summary>The bytes of a PDU as they go on the wire.</summary>
    public byte[] Assemble(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data = default, byte[]? ahs = null)
    {
        var bytes = new List<byte>(header.ToArray());
        bytes.AddRange(ahs ?? []);
        if (HeaderDigest)
            AddDigest(bytes, 0);
        var start = bytes.Count;
        bytes.AddRange(data.ToArray());
        while ((bytes.Count - start) % 4 != 0)
            bytes.Add(0);
        if (DataDigest && data.Length > 0)
            AddDigest(bytes, start);
        return [.. bytes];
    }

    /// <summary>The next PDU; a test fails if the connection ends instead.</summary>
    public async Task<ReceivedPdu> ReceiveAsync()
    {
        var header = await ReadAsync(BasicHeader.Length) ?? throw new AssertionException("The target has closed the connection.");
        BasicHeader.TryRead(header, out var view);
        var length = view.DataSegmentLength;
        if (HeaderDigest)
            CheckDigest(header, await ReadAsync(BasicHeader.DigestLength));
        var padded = length == 0 ? [] : await ReadAsync(BasicHeader.Pad(length))
            ?? throw new AssertionException("The target has closed the connection behind a header.");
        if (DataDigest && length > 0)
            CheckDigest(padded, await ReadAsync(BasicHeader.DigestLength));
        var pdu = new ReceivedPdu(header, padded[..length]);
        CheckNumbers(pdu);
        return pdu;
    }

    /// <summary>The next PDU, which must be of this kind.</summary>
    public async Task<ReceivedPdu> ReceiveAsync(IscsiOpcode opcode)
    {
        var pdu = await ReceiveAsync();
        Assert.That(pdu.Opcode, Is.EqualTo(opcode));
        return pdu;
    }

    /// <summary>Waits until the target closes the connection, and demands that it says nothing more.</summary>
    public async Task ExpectEndAsync()
    {
        var rest = await ReadToEndAsync();
        Assert.That(rest, Is.Empty, "bytes before the end");
    }

    /// <summary>What still comes before the target closes the connection.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        var all = new List<byte>();
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var count = await _socket.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Safety.Timeout);
                if (count == 0)
                    break;
                all.AddRange(buffer.AsSpan(0, count));
            }
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }

        return [.. all];
    }

    public void CloseSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Goes away as a process does that is killed.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private static void AddDigest(List<byte> bytes, int start)
    {
        var crc = default(Crc32C);
        crc.Append(bytes.Skip(start).ToArray());
        var digest = new byte[BasicHeader.DigestLength];
        crc.WriteDigest(digest);
        bytes.AddRange(digest);
    }

    private static void CheckDigest(byte[] bytes, byte[]? digest)
    {
        var crc = default(Crc32C);
        crc.Append(bytes);
        Assert.That(crc.Matches(digest), Is.True, "digest");
    }

    private async Task<byte[]?> ReadAsync(int count)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            var received = await _socket.ReceiveAsync(bytes.AsMemory(have)).AsTask().WaitAsync(Safety.Timeout);
            if (received == 0)
                return have == 0 ? null : throw new AssertionException("The target has closed the connection inside a PDU.");
            have += received;
        }

        return bytes;
    }

    private void CheckNumbers(ReceivedPdu pdu)
    {
        // All PDUs from the target have StatSN at the same place (RFC 7143 11.2 and the formats that follow).
        var statSN = new NopInPdu(pdu.Header).StatSN.Value;
        if (!_hasNumbers)
        {
            _hasNumbers = true;
            ExpStatSN = statSN;
            _lastMaxCmdSN = pdu.MaxCmdSN;
            ExpCmdSN = pdu.ExpCmdSN;
        }

        var isPing = pdu.Opcode == IscsiOpcode.NopIn && pdu.Tag == BasicHeader.ReservedTag;
        if (pdu.Opcode != IscsiOpcode.DataIn || pdu.DataIn.HasStatus)
            Assert.That(statSN, Is.EqualTo(ExpStatSN), $"StatSN of {pdu.Opcode}");
        if (!isPing && pdu.Opcode != IscsiOpcode.ReadyToTransfer && (pdu.Opcode != IscsiOpcode.DataIn || pdu.DataIn.HasStatus))
            ExpStatSN = unchecked(ExpStatSN + 1);
        Assert.That(unchecked((int)(pdu.MaxCmdSN - _lastMaxCmdSN)), Is.GreaterThanOrEqualTo(0), "MaxCmdSN goes back");
        Assert.That(unchecked((int)(pdu.ExpCmdSN - ExpCmdSN)), Is.GreaterThanOrEqualTo(0), "ExpCmdSN goes back");
        _lastMaxCmdSN = pdu.MaxCmdSN;
        ExpCmdSN = pdu.ExpCmdSN;
    }
}
