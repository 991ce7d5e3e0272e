using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Login;

/// <summary>
/// Whatever an initiator sends, the negotiator neither throws nor answers illegally: <see cref="LoginScript"/> checks each
/// response against RFC 7143 6.3 and 11.13, and every result against the ranges of section 13.
/// </summary>
[TestFixture]
public class LoginFuzzTests
{
    private const LoginStage Operational = LoginStage.LoginOperationalNegotiation;
    private const LoginStage FullFeature = LoginStage.FullFeaturePhase;

    private static readonly Gen<string> _key = Gen.Frequency(
        (8, Gen.Elements(KeyTable.All.Select(k => k.Name).ToArray())),
        (1, Gen.Choose(0, 20).Select(i => $"X-com.example.{i}")));

    private static readonly Gen<string> _value = Gen.Frequency(
        (3, Gen.Elements(
            "Yes", "No", "None", "CRC32C", "CRC32C,None", "None,CRC32C", "RFC3720,ResponseFence", "Normal", "Discovery", "All", "")),
        (3, Gen.Elements("0", "1", "2", "512", "8192", "65536", "262144", "16777215", "0x4000")),
        (1, Gen.Elements("511", "16777216", "99999999999999999999", "-1", "Maybe", ",", "~", "Reject", "Irrelevant", "NotUnderstood")),
        (1, Gen.Elements(LoginScript.Initiator, LoginScript.Target)));

    private static readonly Gen<string[]> _soup = _key.SelectMany(k => _value.Select(v => k + "=" + v)).ArrayOf();

    private static readonly Gen<byte[]> _text = Gen.Frequency(
        (4, _soup.Select(Text.Encode)),
        (3, _soup.Select(s => Text.Encode(LoginScript.Names(s)))),
        (1, _soup.Select(Text.Encode).SelectMany(b => Gen.Choose(0, b.Length).Select(cut => b[..cut]))),
        (1, Properties.Bytes(300)),
        (1, Gen.Constant(Array.Empty<byte>())));

    private static readonly Gen<IscsiParameters> _parameters =
        from maxBurst in Gen.Elements(512, 8192, 262144, 1_048_576, (1 << 24) - 1)
        from firstBurst in Gen.Elements(512, 8192, 65536, 262144, (1 << 24) - 1)
        from immediate in Gen.Elements(true, false)
        from r2t in Gen.Elements(true, false)
        from header in Gen.Elements(Enum.GetValues<DigestPolicy>())
        from data in Gen.Elements(Enum.GetValues<DigestPolicy>())
        from outstanding in Gen.Choose(1, 16)
        select new IscsiParameters
        {
            MaxBurstLength = maxBurst,
            FirstBurstLength = firstBurst,
            ImmediateData = immediate,
            InitialR2T = r2t,
            HeaderDigest = header,
            DataDigest = data,
            MaxOutstandingR2T = outstanding,
        };

    private sealed record Step(byte[] Text, int Current, int Next, bool Transit, bool Continue, int Quirk);

    private static readonly Gen<Step> _step =
        from text in _text
        from current in Gen.Frequency((4, Gen.Choose(0, 1)), (1, Gen.Choose(0, 3)))
        from next in Gen.Frequency((4, Gen.Elements(1, 3)), (1, Gen.Choose(0, 3)))
        from transit in Gen.Elements(true, false)
        from continued in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from quirk in Gen.Choose(0, 60)
        select new Step(text, current, next, transit, continued, quirk);

    [Test]
    public void Any_sequence_of_requests_is_answered_legally()
    {
        Properties.Hold(
            _parameters.SelectMany(p => _step.ListOf().Select(steps => (p, steps))),
            x =>
            {
                var script = new LoginScript(Policy(x.p));
                var answer = new List<byte>();
                foreach (var step in x.steps)
                {
                    var reply = Run(script, step);
                    answer.AddRange(reply.RawText);
                    if (!reply.Continue)
                    {
                        Text.Decode(answer.ToArray());
                        answer.Clear();
                    }

                    if (reply.Step != LoginStep.Respond)
                        break;
                }

                if (script.Negotiator.State is LoginState.Failed or LoginState.FullFeature)
                    Assert.That(Run(script, new Step([], 1, 3, true, false, 50)).Step, Is.EqualTo(LoginStep.Close));
                return script.Negotiator.State == LoginState.FullFeature == script.Negotiator.Result is not null;
            },
            3000);
    }

    [Test]
    public void Any_single_request_of_random_bytes_is_answered_legally()
    {
        Properties.Hold(
            Properties.Bytes(48).SelectMany(h => Properties.Bytes(200).Select(d => (h, d))),
            x =>
            {
                var header = new byte[48];
                x.h.CopyTo(header, 0);
                header[0] = 0x43;
                Assert.That(BasicHeader.TryRead(header, out var bhs), Is.True);
                var negotiator = new LoginNegotiator(Policy(IscsiParameters.Default));
                var step = negotiator.Process(bhs, x.d);
                return step == LoginStep.RespondAndClose || (step == LoginStep.Respond && new LoginRequestPdu(bhs).Continue);
            },
            2000);
    }

    [Test]
    public void An_initiator_that_answers_gets_in_or_a_refusal_in_a_few_requests_and_the_targets_limits_hold()
    {
        var keys = KeyTable.All.Where(k => k.Phases.HasFlag(KeyPhases.Operational) && k.Kind != KeyKind.DeclaredText
            && k.Senders.HasFlag(KeySenders.Initiator)).ToArray();
        var offers = Gen.SubListOf(keys).SelectMany(subset => _value.Where(v => v is not ("Reject" or "Irrelevant" or "NotUnderstood"))
            .ArrayOf(subset.Count).Select(values => subset.Zip(values, (k, v) => $"{k.Name}={v}").ToArray()));
        var completed = 0;
        Properties.Hold(
            _parameters.SelectMany(p => offers.Select(o => (p, o))),
            x =>
            {
                var script = new LoginScript(Policy(x.p));
                var reply = script.Move(Operational, FullFeature, LoginScript.Names(x.o));
                for (var exchanges = 1; reply.Step == LoginStep.Respond; exchanges++)
                {
                    if (exchanges > 3)
                        return false;
                    var offered = x.o.Select(o => o[..(o.IndexOf('=', StringComparison.Ordinal) + 1)]).ToArray();
                    var proposals = reply.Pairs.Where(p => !offered.Any(o => p.StartsWith(o, StringComparison.Ordinal))
                        && !p.StartsWith("Target", StringComparison.Ordinal) && !p.StartsWith("MaxRecv", StringComparison.Ordinal));
                    reply = script.Move(Operational, FullFeature, proposals.ToArray());
                }

                if (reply.Step != LoginStep.Complete)
                    return true;
                completed++;
                var agreed = script.Negotiator.Result!.Parameters;
                return agreed.MaxBurstLength <= x.p.MaxBurstLength
                    && (agreed.FirstBurstLength <= x.p.FirstBurstLength || (agreed.InitialR2T && !agreed.ImmediateData))
                    && (!agreed.ImmediateData || x.p.ImmediateData)
                    && agreed.MaxOutstandingR2T <= x.p.MaxOutstandingR2T
                    && Fits(agreed.HeaderDigest, x.p.HeaderDigest) && Fits(agreed.DataDigest, x.p.DataDigest);
            },
            2000);
        Assert.That(completed, Is.GreaterThan(100), "the property must not hold for want of logins");
    }

    [Test]
    public void Truncating_the_text_of_a_login_anywhere_never_throws()
    {
        var whole = Text.Encode(LoginScript.Names(
            "HeaderDigest=CRC32C,None", "InitialR2T=No", "MaxBurstLength=0x10000", "X-com.example.a=ä", "iSCSIProtocolLevel=2"));
        for (var length = 0; length <= whole.Length; length++)
        {
            var reply = new LoginScript().Send(Operational, FullFeature, true, false, whole[..length]);
            Assert.That(reply.Step, Is.EqualTo(LoginStep.Complete).Or.EqualTo(LoginStep.RespondAndClose));
        }
    }

    private static bool Fits(bool digest, DigestPolicy policy) =>
        policy == DigestPolicy.Allowed || digest == (policy == DigestPolicy.Required);

    private static LoginReply Run(LoginScript script, Step step)
    {
        switch (step.Quirk)
        {
            case 0:
                script.TaskTag++;
                break;
            case 1:
                script.ConnectionId++;
                break;
            case 2:
                script.Tsih++;
                break;
            case 3:
                return script.SendOther(h => NopOutPdu.Write(h, true, 0, 1, 0xffff_ffff, default, default));
        }

        return script.Send((LoginStage)step.Current, (LoginStage)step.Next, step.Transit, step.Continue, step.Text);
    }

    private static FixedPolicy Policy(IscsiParameters parameters) => new()
    {
        Decision = LoginDecision.Accept(parameters, LoginScript.PortalGroupTag),
    };
}
