using System.Linq;
using NUnit.Framework;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Login;

/// <summary>Stages, identities and refusals of the login phase.</summary>
[TestFixture]
public class LoginNegotiatorTests
{
    private const LoginStage Security = LoginStage.SecurityNegotiation;
    private const LoginStage Operational = LoginStage.LoginOperationalNegotiation;
    private const LoginStage FullFeature = LoginStage.FullFeaturePhase;

    [Test]
    public void One_request_with_names_and_defaults_is_a_login()
    {
        // RFC 7143 6.3.1: all operational parameters take their default values.
        var script = new LoginScript();
        var reply = script.Move(Operational, FullFeature, LoginScript.Names());
        Assert.That(reply.Step, Is.EqualTo(LoginStep.Complete));
        Assert.That(reply.Pairs, Is.EqualTo(new[] { "TargetPortalGroupTag=3", "MaxRecvDataSegmentLength=262144" }));
        var result = script.Negotiator.Result!;
        Assert.That(result.Identity.InitiatorName, Is.EqualTo(LoginScript.Initiator));
        Assert.That(result.Identity.TargetName, Is.EqualTo(LoginScript.Target));
        Assert.That(result.Identity.SessionType, Is.EqualTo(IscsiSessionType.Normal));
        Assert.That(result.Identity.Isid, Is.EqualTo(0x8000_0102_0304));
        Assert.That(result.Identity.ConnectionId, Is.EqualTo(7));
        Assert.That(result.PortalGroupTag, Is.EqualTo(3));
        Assert.That(result.InitialCmdSN, Is.EqualTo(new SerialNumber32(123)));
        Assert.That(result.Parameters, Is.EqualTo(new NegotiatedParameters
        {
            HeaderDigest = false,
            DataDigest = false,
            InitiatorMaxRecvDataSegmentLength = 8192,
            TargetMaxRecvDataSegmentLength = 262144,
            MaxBurstLength = 262144,
            FirstBurstLength = 65536,
            InitialR2T = true,
            ImmediateData = true,
            MaxOutstandingR2T = 1,
            DefaultTime2Wait = 2,
            DefaultTime2Retain = 20,
            TaskReporting = TaskReporting.Rfc3720,
            ProtocolLevel = 1,
        }));
    }

    [Test]
    public void Security_then_operational_then_full_feature()
    {
        // RFC 7143 Appendix B: the target chooses None.
        var script = new LoginScript();
        var security = script.Move(Security, Operational, LoginScript.Names("AuthMethod=KRB5,SRP,None"));
        Assert.That(security.Pairs, Is.EqualTo(new[] { "TargetPortalGroupTag=3", "AuthMethod=None" }));
        Assert.That(security.Transit, Is.True);
        Assert.That(security.NextStage, Is.EqualTo(Operational));

        var parameters = script.Stay(Operational, "HeaderDigest=CRC32C,None", "MaxRecvDataSegmentLength=65536");
        Assert.That(parameters.Pairs, Is.EqualTo(new[] { "HeaderDigest=CRC32C", "MaxRecvDataSegmentLength=262144" }));
        Assert.That(parameters.Transit, Is.False);

        var last = script.Move(Operational, FullFeature);
        Assert.That(last.Step, Is.EqualTo(LoginStep.Complete));
        Assert.That(last.Pairs, Is.Empty);
        Assert.That(script.Negotiator.Result!.Parameters.HeaderDigest, Is.True);
        Assert.That(script.Negotiator.Result.Parameters.InitiatorMaxRecvDataSegmentLength, Is.EqualTo(65536));
    }

    [Test]
    public void Security_without_a_method_asks_for_nothing_and_moves_on()
    {
        var reply = new LoginScript().Move(Security, Operational, LoginScript.Names());
        Assert.That(reply.Pairs, Is.EqualTo(new[] { "TargetPortalGroupTag=3" }));
        Assert.That(reply.NextStage, Is.EqualTo(Operational));
    }

    [Test]
    public void From_security_straight_to_full_feature_both_sides_keep_to_8192()
    {
        var script = new LoginScript();
        var reply = script.Move(Security, FullFeature, LoginScript.Names());
        Assert.That(reply.Step, Is.EqualTo(LoginStep.Complete));
        Assert.That(script.Negotiator.Result!.Parameters.TargetMaxRecvDataSegmentLength, Is.EqualTo(8192));
    }

    [Test]
    public void A_discovery_session_needs_no_target()
    {
        var script = new LoginScript();
        var reply = script.Move(
            Operational, FullFeature, "InitiatorName=" + LoginScript.Initiator, "SessionType=Discovery", "InitialR2T=No",
            "DefaultTime2Wait=0");
        Assert.That(reply.Step, Is.EqualTo(LoginStep.Complete));
        // RFC 7143 13.10: irrelevant when SessionType=Discovery; 13.15 has no such line. 6.3.1: the tag goes to all types.
        Assert.That(reply["InitialR2T"], Is.EqualTo("Irrelevant"));
        Assert.That(reply["DefaultTime2Wait"], Is.EqualTo("2"));
        Assert.That(reply["TargetPortalGroupTag"], Is.EqualTo("3"));
        Assert.That(script.Negotiator.Result!.Identity.SessionType, Is.EqualTo(IscsiSessionType.Discovery));
        Assert.That(script.Negotiator.Result.Identity.TargetName, Is.Null);
    }

    [Test]
    public void Names_are_folded_before_anybody_sees_them()
    {
        var policy = new FixedPolicy();
        new LoginScript(policy).Move(Operational, FullFeature, "InitiatorName=IQN.1999-07.com.OS:Host", "TargetName=" + LoginScript.Target);
        Assert.That(policy.Asked.Single().InitiatorName, Is.EqualTo("iqn.1999-07.com.os:host"));
    }

    [Test]
    public void An_alias_goes_to_a_normal_session_only()
    {
        var policy = new FixedPolicy { Decision = LoginDecision.Accept(IscsiParameters.Default, 3, "Bob-s Disk") };
        Assert.That(new LoginScript(policy).Move(Operational, FullFeature, LoginScript.Names())["TargetAlias"], Is.EqualTo("Bob-s Disk"));
        var discovery = new LoginScript(policy).Move(
            Operational, FullFeature, "InitiatorName=" + LoginScript.Initiator, "SessionType=Discovery");
        Assert.That(discovery["TargetAlias"], Is.Null);
    }

    [TestCase(new[] { "TargetName=" + LoginScript.Target }, 0x0207)]
    [TestCase(new[] { "InitiatorName=" + LoginScript.Initiator }, 0x0207)]
    [TestCase(new string[0], 0x0207)]
    [TestCase(new[] { "InitiatorName=somebody", "TargetName=" + LoginScript.Target }, 0x0200)]
    [TestCase(new[] { "InitiatorName=" + LoginScript.Initiator, "TargetName=something" }, 0x0203)]
    [TestCase(new[] { "InitiatorName=" + LoginScript.Initiator, "TargetName=" + LoginScript.Target, "SessionType=Party" }, 0x0209)]
    public void Names_must_be_there_and_well_formed(string[] pairs, int status)
    {
        var reply = new LoginScript().Move(Operational, FullFeature, pairs);
        Assert.That(reply.Step, Is.EqualTo(LoginStep.RespondAndClose));
        Assert.That((int)reply.Status, Is.EqualTo(status));
    }

    [TestCase("CHAP")]
    [TestCase("CHAP,KRB5")]
    [TestCase("")]
    public void Without_None_among_the_methods_authentication_fails(string methods)
    {
        var reply = new LoginScript().Move(Security, Operational, LoginScript.Names("AuthMethod=" + methods));
        Assert.That(reply.Status, Is.EqualTo(LoginStatus.AuthenticationFailure));
    }

    [TestCase(0x0202)]
    [TestCase(0x0203)]
    [TestCase(0x0204)]
    [TestCase(0x0209)]
    [TestCase(0x0301)]
    [TestCase(0x0302)]
    public void What_the_policy_refuses_is_refused_with_its_status(int status)
    {
        var policy = new FixedPolicy { Decision = LoginDecision.Refuse((LoginStatus)status) };
        var reply = new LoginScript(policy).Move(Operational, FullFeature, LoginScript.Names());
        Assert.That((int)reply.Status, Is.EqualTo(status));
        Assert.That(reply.Pairs, Is.Empty);
    }

    [TestCase(0x0206)]
    [TestCase(0x0208)]
    [TestCase(0x020a)]
    public void A_session_handle_that_fits_no_session_is_refused(int status)
    {
        var policy = new FixedPolicy { Session = (LoginStatus)status };
        var reply = new LoginScript(policy) { Tsih = 99 }.Move(Operational, FullFeature, LoginScript.Names());
        Assert.That((int)reply.Status, Is.EqualTo(status));
        Assert.That(policy.Asked.Single().Tsih, Is.EqualTo(99));
    }

    [TestCase(true, 0x0102)]
    [TestCase(false, 0x0101)]
    public void A_redirection_names_the_new_address(bool permanently, int status)
    {
        var policy = new FixedPolicy { Decision = LoginDecision.Redirect("10.0.0.1:5003", permanently) };
        var reply = new LoginScript(policy).Move(Security, Operational, LoginScript.Names());
        Assert.That((int)reply.Status, Is.EqualTo(status));
        Assert.That(reply.Pairs, Is.EqualTo(new[] { "TargetAddress=10.0.0.1:5003" }));
    }

    [Test]
    public void A_session_that_can_not_be_set_up_ends_in_a_refusal()
    {
        var script = new LoginScript();
        Assert.That(script.Move(Operational, FullFeature, LoginScript.Names()).Step, Is.EqualTo(LoginStep.Complete));
        Assert.That(script.Negotiator.Refuse(LoginStatus.OutOfResources), Is.EqualTo(LoginStep.RespondAndClose));
        var header = new byte[48];
        script.Negotiator.WriteResponse(header, default);
        Assert.That(header[1], Is.Zero);
        Assert.That(header[36], Is.EqualTo(3));
        Assert.That(header[37], Is.EqualTo(2));
        Assert.That(script.Negotiator.Result, Is.Null);
        Assert.That(script.Negotiator.ResponseText.IsEmpty, Is.True);
    }

    [Test]
    public void A_version_above_zero_only_is_not_supported()
    {
        var reply = new LoginScript { VersionMin = 1 }.Move(Operational, FullFeature, LoginScript.Names());
        Assert.That(reply.Status, Is.EqualTo(LoginStatus.UnsupportedVersion));
    }

    // RFC 7143 6.3, the table of stage transitions; 2 is a reserved code.
    [TestCase(0, 1, true)]
    [TestCase(0, 3, true)]
    [TestCase(1, 3, true)]
    [TestCase(0, 0, false)]
    [TestCase(0, 2, false)]
    [TestCase(1, 0, false)]
    [TestCase(1, 1, false)]
    [TestCase(1, 2, false)]
    [TestCase(2, 3, false)]
    [TestCase(3, 3, false)]
    public void Only_the_transitions_of_the_table_are_legal(int from, int to, bool legal)
    {
        var reply = new LoginScript().Move((LoginStage)from, (LoginStage)to, LoginScript.Names());
        Assert.That(reply.Status, Is.EqualTo(legal ? LoginStatus.Success : LoginStatus.InitiatorError));
    }

    [Test]
    public void The_next_stage_means_nothing_without_T()
    {
        var reply = new LoginScript().Send(Security, (LoginStage)2, false, false, Text.Encode(LoginScript.Names()));
        Assert.That(reply.Step, Is.EqualTo(LoginStep.Respond));
    }

    [Test]
    public void A_stage_that_has_not_been_reached_or_is_past_is_illegal()
    {
        var early = new LoginScript();
        early.Stay(Security, LoginScript.Names());
        Assert.That(early.Stay(Operational).Status, Is.EqualTo(LoginStatus.InitiatorError));

        var late = new LoginScript();
        late.Move(Security, Operational, LoginScript.Names());
        Assert.That(late.Stay(Security).Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(late.Negotiator.Fault, Is.EqualTo(NegotiationFault.IllegalStage));
    }

    [TestCase("isid")]
    [TestCase("tsih")]
    [TestCase("cid")]
    [TestCase("itt")]
    public void What_identifies_the_login_must_not_change(string what)
    {
        var script = new LoginScript();
        script.Move(Security, Operational, LoginScript.Names());
        var isid = script.Isid;
        var bytes = new byte[48];
        LoginRequestPdu.Write(
            bytes, false, false, Operational, default, what == "isid" ? isid + 1 : isid, (ushort)(what == "tsih" ? 1 : 0),
            script.TaskTag + (what == "itt" ? 1u : 0), (ushort)(script.ConnectionId + (what == "cid" ? 1 : 0)), default, default, 0);
        Assert.That(BasicHeader.TryRead(bytes, out var header), Is.True);
        Assert.That(script.Negotiator.Process(header, default), Is.EqualTo(LoginStep.RespondAndClose));
        Assert.That(script.Negotiator.Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(script.Negotiator.Fault, Is.EqualTo(NegotiationFault.IdentityChanged));
    }

    [Test]
    public void Something_else_before_the_login_closes_without_a_word()
    {
        var reply = new LoginScript().SendOther(h => NopOutPdu.Write(h, true, 0, 1, 0xffff_ffff, default, default));
        Assert.That(reply.Step, Is.EqualTo(LoginStep.Close));
    }

    [Test]
    public void Something_else_during_the_login_is_invalid()
    {
        var script = new LoginScript();
        script.Stay(Operational, LoginScript.Names());
        var reply = script.SendOther(h => NopOutPdu.Write(h, true, 0, 1, 0xffff_ffff, default, default));
        Assert.That(reply.Status, Is.EqualTo(LoginStatus.InvalidDuringLogin));
    }

    [Test]
    public void A_refusal_without_reason_is_misuse()
    {
        Assert.That(() => new LoginScript().Negotiator.Refuse(LoginStatus.Success), Throws.ArgumentException);
    }
}
