using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

using Scst.Conformance.Tests.Harness;

namespace Scst.Conformance.Tests.Hostile;

/// <summary>What no honest initiator sends. Each is named for the report of a failed test.</summary>
internal static class HostilePdus
{
    private const int LargestClaim = 0xFFFFFF;

    /// <summary>First bytes on a new connection, where nothing but a Login Request is allowed (RFC 7143 6.3).</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> BeforeLogin()
    {
        yield return ("nothing", []);
        yield return ("one byte", [0x43]);
        yield return ("47 bytes of a header", RawInitiator.Pdu(0x43)[..47]);
        yield return ("HTTP", Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: someone who is lost entirely\r\n\r\n"));
        yield return ("TLS", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03, .. RandomBytes(1, 200)]);
        yield return ("zeroes", new byte[4096]);
        yield return ("ones", Filled(4096, 0xFF));
        for (int seed = 0; seed < 20; seed++)
            yield return ($"random bytes {seed}", RandomBytes(seed, 48 + (seed * 97)));
        for (int opcode = 0; opcode < 0x40; opcode++)
        {
            if (opcode != 0x03)
                yield return ($"opcode {opcode:X2}h before login", RawInitiator.Pdu((byte)(opcode | 0x40)));
        }

        byte[] login = RawInitiator.LoginRequest(ServeDiskProcess.Iqn);
        yield return ("a login that breaks off", login[..(RawInitiator.HeaderBytes + 10)]);
        yield return ("a login that claims 16 MiB of keys", Changed(login, pdu => RawInitiator.SetDataSegmentLength(pdu, LargestClaim)));
        yield return ("a login with additional header segments", Changed(login, pdu => pdu[4] = 0xFF));
        yield return ("a login with a reserved stage", Changed(login, pdu => pdu[1] = 0x8A));
        yield return ("a login with T and C", Changed(login, pdu => pdu[1] = 0xC7));
        yield return ("a login of version 255", Changed(login, pdu => { pdu[2] = 0xFF; pdu[3] = 0xFF; }));
        yield return ("a login to a session that is not there", Changed(login, pdu => pdu[14] = 0x77));
        yield return ("a login without an initiator name", LoginWith($"TargetName={ServeDiskProcess.Iqn}\0SessionType=Normal\0"));
        yield return ("a login to a target that is not there", LoginWith("InitiatorName=iqn.2026-01.org.example:raw\0TargetName=iqn.2026-01.org.example:none\0"));
        yield return ("a login with keys that are no text", LoginWith("\uFFFD\u0001\u0002====\0=\0\0\0=x"));
        yield return ("a login with one endless key", LoginWith(new string('K', 8000)));
        yield return ("a login with a thousand keys", LoginWith(string.Concat(ManyKeys())));
        yield return ("a login with an endless value", LoginWith("InitiatorName=" + new string('v', 8000) + "\0"));
        yield return ("a login with the same key twice", LoginWith("InitiatorName=iqn.2026-01.org.example:a\0InitiatorName=iqn.2026-01.org.example:b\0"));
        yield return ("a login with numbers out of range", LoginWith(
            $"InitiatorName=iqn.2026-01.org.example:raw\0TargetName={ServeDiskProcess.Iqn}\0MaxRecvDataSegmentLength=0\0" +
            "MaxBurstLength=99999999999999999999\0FirstBurstLength=-1\0MaxOutstandingR2T=0x\0ErrorRecoveryLevel=9\0"));
    }

    /// <summary>PDUs on a connection that has logged in to LUN 0 of the target.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> AfterLogin()
    {
        for (int seed = 0; seed < 40; seed++)
            yield return ($"random bytes {seed}", RandomBytes(1000 + seed, 48 + (seed * 131)));
        for (int opcode = 0; opcode < 0x40; opcode++)
        {
            int seed = opcode;
            yield return ($"opcode {opcode:X2}h and random fields", Changed(RandomBytes(2000 + seed, 48), pdu =>
            {
                pdu[0] = (byte)(opcode | 0x40);
                pdu[4] = 0;
                RawInitiator.SetDataSegmentLength(pdu, 0);
            }));
            yield return ($"opcode {opcode:X2}h that claims 16 MiB", Changed(
                RawInitiator.Pdu((byte)opcode), pdu => RawInitiator.SetDataSegmentLength(pdu, LargestClaim)));
        }
        yield return ("a header that breaks off", Command(0x28, read: true, expected: 512)[..20]);
        yield return ("additional header segments that never come", Changed(Command(0x28, read: true, expected: 512), pdu => pdu[4] = 0xFF));
        yield return ("a READ that expects 4 GiB", Command(0x28, read: true, expected: uint.MaxValue));
        yield return ("a WRITE that expects 4 GiB and sends nothing", Command(0x2A, read: false, expected: uint.MaxValue));
        yield return ("a bidirectional command without its segment", Changed(Command(0x53, read: true, expected: 4096), pdu => pdu[1] |= 0x60));
        yield return ("an operation code of a vendor", Command(0xFF, read: false, expected: 0));
        yield return ("a variable length command without its segment", Command(0x7F, read: true, expected: 512));
        yield return ("a LUN that is not there", Changed(Command(0x28, read: true, expected: 512), pdu => pdu.AsSpan(8, 8).Fill(0xEE)));
        yield return ("a command number far ahead", Changed(
            Command(0x28, read: true, expected: 512), pdu => BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(24), 0x7000_0000)));
        yield return ("data for a transfer that is not there", Changed(
            RawInitiator.Pdu(0x05, new byte[512]), pdu => BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(20), 0x1234)));
        yield return ("data beyond the end of the buffer", Changed(RawInitiator.Pdu(0x05, new byte[512]), pdu =>
        {
            BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(20), 1);
            BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(40), 0xFFFF_FE00);
        }));
        yield return ("a second login", RawInitiator.LoginRequest(ServeDiskProcess.Iqn));
    }

    /// <summary>A header that claims the largest data segment there is.</summary>
    public static byte[] LargeClaim(byte opcode) =>
        Changed(RawInitiator.Pdu(opcode), pdu => RawInitiator.SetDataSegmentLength(pdu, LargestClaim));

    private static byte[] LoginWith(string keys) =>
        Changed(RawInitiator.Pdu(0x43, Encoding.UTF8.GetBytes(keys)), pdu => pdu[1] = 0x87);

    // RFC 7143 11.3: a SCSI Command with the first command number after the login, for LUN 0.
    private static byte[] Command(byte operationCode, bool read, uint expected)
    {
        byte[] pdu = RawInitiator.Pdu(0x01);
        pdu[1] = (byte)(0x80 | (read ? 0x40 : 0x20));
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(16), 2);
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(20), expected);
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(24), 1);
        pdu[32] = operationCode;
        BinaryPrimitives.WriteUInt16BigEndian(pdu.AsSpan(39), 0xFFFF);
        return pdu;
    }

    private static byte[] Changed(byte[] pdu, Action<byte[]> change)
    {
        byte[] copy = [.. pdu];
        change(copy);
        return copy;
    }

    private static byte[] RandomBytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private static IEnumerable<string> ManyKeys()
    {
        for (int i = 0; i < 1000; i++)
            yield return FormattableString.Invariant($"X-k{i}=1\0");
    }
}
