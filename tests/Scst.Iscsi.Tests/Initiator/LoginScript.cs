using System;
using NUnit.Framework;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>An initiator that logs in to a <see cref="LoginNegotiator"/>, request by request, and checks every response.</summary>
internal sealed class LoginScript
{
    public const string Initiator = "iqn.1999-07.com.os:hostid.77";
    public const string Target = "iqn.1999-07.com.example:diskarray.sn.88";
    public const ushort PortalGroupTag = 3;
    public const ushort SessionHandle = 0x1234;

    private readonly byte[] _header = new byte[48];

    public LoginScript(ILoginPolicy? policy = null)
    {
        Policy = policy ?? new FixedPolicy();
        Negotiator = new LoginNegotiator(Policy);
    }

    public ILoginPolicy Policy { get; }

    public LoginNegotiator Negotiator { get; }

    public ulong Isid { get; set; } = 0x8000_0102_0304;

    public ushort Tsih { get; set; }

    public ushort ConnectionId { get; set; } = 7;

    public uint TaskTag { get; set; } = 0x0a0b_0c0d;

    public byte VersionMin { get; set; }

    public SerialNumber32 CmdSN { get; set; } = new(123);

    public static string[] Names(params string[] more) => ["InitiatorName=" + Initiator, "TargetName=" + Target, .. more];

    /// <summary>Asks for the next stage.</summary>
    public LoginReply Move(LoginStage current, LoginStage next, params string[] pairs) =>
        Send(current, next, transit: true, continued: false, Text.Encode(pairs));

    /// <summary>Stays in the stage.</summary>
    public LoginReply Stay(LoginStage current, params string[] pairs) =>
        Send(current, default, transit: false, continued: false, Text.Encode(pairs));

    public LoginReply Send(LoginStage current, LoginStage next, bool transit, bool continued, byte[] text)
    {
        LoginRequestPdu.Write(
            _header, transit, continued, current, next, Isid, Tsih, TaskTag, ConnectionId, CmdSN, default, text.Length, 0, VersionMin);
        Assert.That(BasicHeader.TryRead(_header, out var header), Is.True);
        var step = Negotiator.Process(header, text);
        return ReadReply(step, current, next, transit);
    }

    public LoginReply SendOther(Action<byte[]> write)
    {
        var bytes = new byte[48];
        write(bytes);
        Assert.That(BasicHeader.TryRead(bytes, out var header), Is.True);
        var step = Negotiator.Process(header, default);
        return ReadReply(step, default, default, false);
    }

    /// <summary>Reads the response and checks what holds for each (RFC 7143 6.3 and 11.13).</summary>
    private LoginReply ReadReply(LoginStep step, LoginStage current, LoginStage next, bool transit)
    {
        if (step == LoginStep.Close)
        {
            Assert.That(Negotiator.State, Is.EqualTo(LoginState.Failed).Or.EqualTo(LoginState.FullFeature));
            return new LoginReply(step, LoginStatus.Success, false, false, default, 0, []);
        }

        var response = new byte[48];
        var numbers = new TargetNumbers(new(1), Negotiator.InitialCmdSN, Negotiator.InitialCmdSN);
        Negotiator.WriteResponse(response, numbers, SessionHandle);
        Assert.That(BasicHeader.TryRead(response, out var header), Is.True);
        var pdu = new LoginResponsePdu(header);
        var text = Negotiator.ResponseText.ToArray();
        Assert.That(header.Opcode, Is.EqualTo(IscsiOpcode.LoginResponse));
        Assert.That(header.DataSegmentLength, Is.EqualTo(text.Length));
        Assert.That(text, Has.Length.LessThanOrEqualTo(8192));
        Assert.That(pdu.Continue && pdu.Transit, Is.False);
        Assert.That(pdu.VersionMax, Is.Zero);
        Assert.That(pdu.VersionActive, Is.Zero);
        if (step == LoginStep.RespondAndClose)
        {
            Assert.That(pdu.Status, Is.Not.EqualTo(LoginStatus.Success));
            Assert.That(Negotiator.State, Is.EqualTo(LoginState.Failed));
            Assert.That(Negotiator.Fault, Is.Not.EqualTo(NegotiationFault.None));
            Assert.That(Negotiator.Result, Is.Null);
            Assert.That(response[1], Is.Zero, "T, C, CSG and NSG are reserved in a reject");
        }
        else
        {
            Assert.That(pdu.Status, Is.EqualTo(LoginStatus.Success));
            Assert.That(pdu.CurrentStage, Is.EqualTo(current));
            if (pdu.Transit)
            {
                Assert.That(transit, Is.True, "T only in answer to T");
                Assert.That(pdu.NextStage, Is.LessThanOrEqualTo(next).And.GreaterThan(current));
            }

            Assert.That(step == LoginStep.Complete, Is.EqualTo(pdu.Transit && pdu.NextStage == LoginStage.FullFeaturePhase));
            Assert.That(pdu.Tsih, Is.EqualTo(step == LoginStep.Complete ? SessionHandle : Tsih));
            Assert.That(pdu.Isid, Is.EqualTo(Isid));
            Assert.That(header.InitiatorTaskTag, Is.EqualTo(TaskTag));
            if (step == LoginStep.Complete)
                CheckResult(Negotiator.Result);
        }

        return new LoginReply(step, pdu.Status, pdu.Transit, pdu.Continue, pdu.NextStage, pdu.Tsih, text);
    }

    private static void CheckResult(LoginResult? result)
    {
        Assert.That(result, Is.Not.Null);
        var p = result!.Parameters;
        Assert.That(p.MaxBurstLength, Is.InRange(512, (1 << 24) - 1));
        Assert.That(p.FirstBurstLength, Is.InRange(512, p.MaxBurstLength));
        Assert.That(p.InitiatorMaxRecvDataSegmentLength, Is.InRange(512, (1 << 24) - 1));
        Assert.That(p.TargetMaxRecvDataSegmentLength, Is.InRange(512, (1 << 24) - 1));
        Assert.That(p.MaxOutstandingR2T, Is.InRange(1, 65535));
        Assert.That(p.DefaultTime2Wait, Is.InRange(0, 3600));
        Assert.That(p.DefaultTime2Retain, Is.InRange(0, 3600));
        Assert.That(p.ProtocolLevel, Is.InRange(0, 2));
        Assert.That(p.TaskReporting, Is.Not.EqualTo(TaskReporting.FastAbort));
    }
}
