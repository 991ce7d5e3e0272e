using System.Linq;
using NUnit.Framework;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Login;

/// <summary>Texts of the login phase that take more than one PDU, and how much of them there may be (RFC 7143 6.2).</summary>
public class LoginTextTests
{
    private const LoginStage Security = LoginStage.SecurityNegotiation;
    private const LoginStage Operational = LoginStage.LoginOperationalNegotiation;
    private const LoginStage FullFeature = LoginStage.FullFeaturePhase;

    [Test]
    public void C_and_T_together_are_illegal()
    {
        var reply = new LoginScript().Send(Operational, FullFeature, true, true, Text.Encode(LoginScript.Names()));
        Assert.That(reply.Status, Is.EqualTo(LoginStatus.InitiatorError));
    }

    [Test]
    public void Keys_may_be_cut_anywhere_between_continued_requests()
    {
        var whole = Text.Encode(LoginScript.Names("MaxBurstLength=65536"));
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            var script = new LoginScript();
            var partial = script.Send(Operational, default, false, true, whole[..cut]);
            // RFC 7143 6.2: an answer without a data segment.
            Assert.That(partial.RawText, Is.Empty);
            Assert.That(partial.Transit, Is.False);
            var reply = script.Send(Operational, FullFeature, true, false, whole[cut..]);
            Assert.That(reply.Step, Is.EqualTo(LoginStep.Complete), $"cut at {cut}");
            Assert.That(reply.Pairs, Is.EqualTo(new[]
            {
                "TargetPortalGroupTag=3", "MaxBurstLength=65536", "MaxRecvDataSegmentLength=262144",
            }));
        }
    }

    [Test]
    public void A_truncated_request_never_logs_in_without_its_terminator()
    {
        var whole = Text.Encode(LoginScript.Names());
        for (var length = 0; length < whole.Length; length++)
        {
            var reply = new LoginScript().Send(Operational, FullFeature, true, false, whole[..length]);
            Assert.That(reply.Step, Is.EqualTo(LoginStep.RespondAndClose), $"{length} bytes");
        }
    }

    [Test]
    public void Text_beyond_64_KiB_ends_the_login()
    {
        var script = new LoginScript();
        var chunk = Enumerable.Repeat((byte)'A', 8192).ToArray();
        for (var i = 0; i < 8; i++)
            Assert.That(script.Send(Operational, default, false, true, chunk).Step, Is.EqualTo(LoginStep.Respond));
        var reply = script.Send(Operational, default, false, true, [(byte)'A']);
        Assert.That(reply.Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(script.Negotiator.Fault, Is.EqualTo(NegotiationFault.TextTooLong));
    }

    [Test]
    public void A_data_segment_beyond_8192_bytes_ends_the_login()
    {
        var reply = new LoginScript().Send(Operational, default, false, true, new byte[8193]);
        Assert.That(reply.Status, Is.EqualTo(LoginStatus.InitiatorError));
    }

    [Test]
    public void Endless_requests_end_the_login_but_six_do_not()
    {
        var script = new LoginScript();
        script.Stay(Operational, LoginScript.Names());
        for (var i = 2; i <= LoginNegotiator.MaxRequests; i++)
            Assert.That(script.Stay(Operational).Step, Is.EqualTo(LoginStep.Respond));
        Assert.That(script.Stay(Operational).Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(LoginNegotiator.MaxRequests, Is.GreaterThanOrEqualTo(6));
    }

    [Test]
    public void A_long_answer_goes_out_in_continued_responses()
    {
        var keys = Enumerable.Range(0, 300).Select(i => $"X-com.example.{i:d3}.{new string('k', 30)}=1").ToArray();
        var script = new LoginScript();
        script.Move(Security, Operational, LoginScript.Names());
        var text = Text.Encode(keys);
        for (var at = 0; at < text.Length - 8192; at += 8192)
            script.Send(Operational, default, false, true, text[at..(at + 8192)]);
        var reply = script.Send(Operational, FullFeature, true, false, text[(text.Length / 8192 * 8192)..]);
        var answer = reply.RawText.ToList();
        while (reply.Continue)
        {
            Assert.That(reply.RawText, Has.Length.EqualTo(8192));
            reply = script.Send(Operational, FullFeature, true, false, []);
            answer.AddRange(reply.RawText);
        }

        Assert.That(reply.Step, Is.EqualTo(LoginStep.Complete));
        Assert.That(Text.Decode(answer.ToArray()), Is.EqualTo(
            keys.Select(k => k[..^1] + "NotUnderstood").Append("MaxRecvDataSegmentLength=262144")));
    }

    [Test]
    public void Data_while_the_answer_is_not_finished_ends_the_login()
    {
        var script = new LoginScript();
        var text = Text.Encode(LoginScript.Names([.. Enumerable.Range(0, 450).Select(i => $"X-{i:d3}=1")]));
        Assert.That(text, Has.Length.LessThan(8192));
        Assert.That(script.Send(Operational, default, false, false, text).Continue, Is.True);
        Assert.That(script.Stay(Operational, "A=1").Status, Is.EqualTo(LoginStatus.InitiatorError));
    }
}
