using System;
using System.Linq;
using NUnit.Framework;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Login;

/// <summary>What each key is answered and what comes of it (RFC 7143 13), through whole logins.</summary>
[TestFixture]
public class KeyNegotiationTests
{
    private const LoginStage Operational = LoginStage.LoginOperationalNegotiation;
    private const LoginStage FullFeature = LoginStage.FullFeaturePhase;

    // With the target's default wishes: burst 1 MiB, first burst 256 KiB, 8 R2Ts, immediate data, wait 2, retain 0.
    [TestCase("HeaderDigest", "CRC32C,None", "CRC32C")]
    [TestCase("HeaderDigest", "None,CRC32C", "None")]
    [TestCase("HeaderDigest", "Y-com.example.md5,CRC32C", "CRC32C")]
    [TestCase("HeaderDigest", "Y-com.example.md5", "Reject")]
    [TestCase("HeaderDigest", "crc32c", "Reject")]
    [TestCase("DataDigest", "CRC32C", "CRC32C")]
    [TestCase("MaxConnections", "8", "1")]
    [TestCase("MaxConnections", "0", "Reject")]
    [TestCase("InitialR2T", "No", "No")]
    [TestCase("InitialR2T", "Yes", "Yes")]
    [TestCase("InitialR2T", "Maybe", "Reject")]
    [TestCase("InitialR2T", "yes", "Reject")]
    [TestCase("ImmediateData", "Yes", "Yes")]
    [TestCase("ImmediateData", "No", "No")]
    [TestCase("MaxBurstLength", "16776192", "1048576")]
    [TestCase("MaxBurstLength", "262144", "262144")]
    [TestCase("MaxBurstLength", "0x10000", "65536")]
    [TestCase("MaxBurstLength", "512", "512")]
    [TestCase("MaxBurstLength", "511", "Reject")]
    [TestCase("MaxBurstLength", "16777216", "Reject")]
    [TestCase("MaxBurstLength", "many", "Reject")]
    [TestCase("FirstBurstLength", "262144", "262144")]
    [TestCase("FirstBurstLength", "1048576", "262144")]
    [TestCase("DefaultTime2Wait", "0", "2")]
    [TestCase("DefaultTime2Wait", "60", "60")]
    [TestCase("DefaultTime2Wait", "3601", "Reject")]
    [TestCase("DefaultTime2Retain", "20", "0")]
    [TestCase("MaxOutstandingR2T", "16", "8")]
    [TestCase("MaxOutstandingR2T", "1", "1")]
    [TestCase("MaxOutstandingR2T", "65536", "Reject")]
    [TestCase("DataPDUInOrder", "No", "Yes")]
    [TestCase("DataSequenceInOrder", "No", "Yes")]
    [TestCase("ErrorRecoveryLevel", "2", "0")]
    [TestCase("ErrorRecoveryLevel", "3", "Reject")]
    [TestCase("TaskReporting", "FastAbort,ResponseFence,RFC3720", "ResponseFence")]
    [TestCase("TaskReporting", "RFC3720,ResponseFence", "RFC3720")]
    [TestCase("iSCSIProtocolLevel", "2", "2")]
    [TestCase("iSCSIProtocolLevel", "31", "2")]
    [TestCase("iSCSIProtocolLevel", "1", "1")]
    [TestCase("iSCSIProtocolLevel", "32", "Reject")]
    // RFC 7143 13.25: "Reject" or "No" for the markers, "Reject" for the intervals, never NotUnderstood.
    [TestCase("IFMarker", "No", "No")]
    [TestCase("OFMarker", "Yes", "No")]
    [TestCase("IFMarkInt", "2048~8192", "Reject")]
    [TestCase("OFMarkInt", "2048", "Reject")]
    [TestCase("X-com.example.colour", "blue", "NotUnderstood")]
    [TestCase("SomethingNew", "1", "NotUnderstood")]
    [TestCase("maxburstlength", "512", "NotUnderstood")]
    [TestCase("CHAP_A", "5", "NotUnderstood")]
    public void A_proposal_is_answered(string key, string proposal, string answer)
    {
        var reply = new LoginScript().Move(Operational, FullFeature, LoginScript.Names($"{key}={proposal}"));
        Assert.That(reply[key], Is.EqualTo(answer));
        Assert.That(reply.Step, Is.EqualTo(LoginStep.Complete));
    }

    [TestCase("MaxRecvDataSegmentLength=65536")]
    [TestCase("InitiatorAlias=Exchange Server")]
    [TestCase("X#NodeArchitecture=ExampleOS/v1234,ExampleInc_SW_Initiator/1.05a")]
    public void A_declaration_is_not_answered(string declaration)
    {
        var reply = new LoginScript().Move(Operational, FullFeature, LoginScript.Names(declaration));
        Assert.That(reply.Step, Is.EqualTo(LoginStep.Complete));
        Assert.That(reply.Pairs, Is.EqualTo(new[] { "TargetPortalGroupTag=3", "MaxRecvDataSegmentLength=262144" }));
    }

    [TestCase("MaxRecvDataSegmentLength=511", nameof(NegotiationFault.DeclaredValueNotAdmissible))]
    [TestCase("MaxRecvDataSegmentLength=16777216", nameof(NegotiationFault.DeclaredValueNotAdmissible))]
    [TestCase("MaxRecvDataSegmentLength=NotUnderstood", nameof(NegotiationFault.ReservedValueProposed))]
    [TestCase("MaxBurstLength=Reject", nameof(NegotiationFault.ReservedValueProposed))]
    [TestCase("InitialR2T=Irrelevant", nameof(NegotiationFault.ReservedValueProposed))]
    [TestCase("HeaderDigest=NotUnderstood", nameof(NegotiationFault.ReservedValueProposed))]
    [TestCase("AuthMethod=None", nameof(NegotiationFault.KeyInWrongStage))]
    [TestCase("SendTargets=All", nameof(NegotiationFault.KeyInWrongStage))]
    [TestCase("TargetAlias=me", nameof(NegotiationFault.KeyFromWrongSide))]
    [TestCase("TargetAddress=10.0.0.1", nameof(NegotiationFault.KeyFromWrongSide))]
    [TestCase("TargetPortalGroupTag=1", nameof(NegotiationFault.KeyFromWrongSide))]
    [TestCase("NoEquals", nameof(NegotiationFault.MalformedText))]
    public void What_breaks_the_rules_is_an_initiator_error(string pair, string fault)
    {
        var script = new LoginScript();
        Assert.That(script.Move(Operational, FullFeature, LoginScript.Names(pair)).Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(script.Negotiator.Fault.ToString(), Is.EqualTo(fault));
    }

    [TestCase("MaxBurstLength=65536")]
    [TestCase("MaxRecvDataSegmentLength=65536")]
    [TestCase("X#NodeArchitecture=a")]
    [TestCase("X-com.example.key=1")]
    [TestCase("IFMarker=No")]
    public void No_key_is_taken_twice(string pair)
    {
        var names = LoginScript.Names(pair);
        var together = new LoginScript();
        Assert.That(together.Move(Operational, FullFeature, [.. names, pair]).Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(together.Negotiator.Fault, Is.EqualTo(NegotiationFault.DuplicateKey));

        var apart = new LoginScript();
        apart.Stay(Operational, names);
        Assert.That(apart.Move(Operational, FullFeature, pair).Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(apart.Negotiator.Fault, Is.EqualTo(NegotiationFault.DuplicateKey));
    }

    [Test]
    public void A_name_may_be_said_again_in_the_next_stage_if_it_is_the_same()
    {
        string[] identity = LoginScript.Names("SessionType=Normal", "InitiatorAlias=a");
        var script = new LoginScript();
        script.Move(LoginStage.SecurityNegotiation, Operational, [.. identity, "AuthMethod=CHAP,None"]);
        Assert.That(script.Move(Operational, FullFeature, identity).Step, Is.EqualTo(LoginStep.Complete));
    }

    [TestCase("InitiatorName=iqn.1999-07.com.os:other")]
    [TestCase("TargetName=iqn.1999-07.com.example:other")]
    [TestCase("SessionType=Discovery")]
    [TestCase("InitiatorAlias=b")]
    public void A_name_can_not_change(string pair)
    {
        var script = new LoginScript();
        script.Move(LoginStage.SecurityNegotiation, Operational, LoginScript.Names("SessionType=Normal", "InitiatorAlias=a"));
        Assert.That(script.Move(Operational, FullFeature, pair).Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(script.Negotiator.Fault, Is.EqualTo(NegotiationFault.DuplicateKey));
    }

    [Test]
    public void A_name_twice_in_one_request_is_a_duplicate()
    {
        var script = new LoginScript();
        script.Move(Operational, FullFeature, LoginScript.Names("InitiatorName=" + LoginScript.Initiator));
        Assert.That(script.Negotiator.Fault, Is.EqualTo(NegotiationFault.DuplicateKey));
    }

    [Test]
    public void A_key_that_was_rejected_can_not_be_tried_again()
    {
        var script = new LoginScript();
        script.Stay(Operational, LoginScript.Names("MaxBurstLength=1"));
        Assert.That(script.Stay(Operational, "MaxBurstLength=65536").Status, Is.EqualTo(LoginStatus.InitiatorError));
    }

    [Test]
    public void Operational_keys_have_no_place_in_the_security_stage()
    {
        var script = new LoginScript();
        var reply = script.Stay(LoginStage.SecurityNegotiation, LoginScript.Names("MaxBurstLength=65536"));
        Assert.That(reply.Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(script.Negotiator.Fault, Is.EqualTo(NegotiationFault.KeyInWrongStage));
    }

    [Test]
    public void Session_wide_keys_are_for_the_leading_connection()
    {
        var script = new LoginScript { Tsih = LoginScript.SessionHandle };
        Assert.That(script.Stay(Operational, LoginScript.Names("MaxBurstLength=65536")).Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(script.Negotiator.Fault, Is.EqualTo(NegotiationFault.KeyOnlyOnLeadingConnection));
    }

    [Test]
    public void More_keys_than_the_limit_end_the_login()
    {
        var script = new LoginScript();
        script.Stay(Operational, LoginScript.Names());
        Assert.That(script.Stay(Operational, [.. Keys(0, KeyNegotiation.MaxKeys - 1)]).Step, Is.EqualTo(LoginStep.Respond));
        while (script.Negotiator.ResponseText.Length == 8192)
            script.Stay(Operational);
        Assert.That(script.Stay(Operational, [.. Keys(600, 2)]).Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(script.Negotiator.Fault, Is.EqualTo(NegotiationFault.TooManyKeys));

        static System.Collections.Generic.IEnumerable<string> Keys(int first, int count) =>
            Enumerable.Range(first, count).Select(i => $"X{i}=1");
    }

    [Test]
    public void First_burst_is_irrelevant_when_nothing_may_come_unsolicited()
    {
        // The example of RFC 7143 6.2, with the wishes of that target.
        var policy = new FixedPolicy
        {
            Decision = LoginDecision.Accept(new IscsiParameters { InitialR2T = true, ImmediateData = false }, 3),
        };
        var reply = new LoginScript(policy).Move(
            Operational, FullFeature, LoginScript.Names("InitialR2T=No", "ImmediateData=Yes", "FirstBurstLength=4192"));
        Assert.That(reply["InitialR2T"], Is.EqualTo("Yes"));
        Assert.That(reply["ImmediateData"], Is.EqualTo("No"));
        Assert.That(reply["FirstBurstLength"], Is.EqualTo("Irrelevant"));
    }

    [TestCase("FirstBurstLength=65536", "MaxBurstLength=32768")]
    [TestCase("MaxBurstLength=32768", "FirstBurstLength=65536")]
    public void First_burst_never_exceeds_max_burst_whatever_the_order(string first, string second)
    {
        var script = new LoginScript();
        var reply = script.Move(Operational, FullFeature, LoginScript.Names(first, second));
        Assert.That(reply["FirstBurstLength"], Is.EqualTo("32768"));
        Assert.That(script.Negotiator.Result!.Parameters.FirstBurstLength, Is.EqualTo(32768));
    }

    [Test]
    public void A_max_burst_that_comes_too_late_and_too_small_fails_the_integrity_check()
    {
        var script = new LoginScript();
        script.Stay(Operational, LoginScript.Names("FirstBurstLength=65536"));
        Assert.That(script.Move(Operational, FullFeature, "MaxBurstLength=32768").Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(script.Negotiator.Fault, Is.EqualTo(NegotiationFault.FirstBurstExceedsMaxBurst));
    }

    [Test]
    public void A_first_burst_nobody_named_shrinks_with_max_burst()
    {
        var script = new LoginScript();
        script.Move(Operational, FullFeature, LoginScript.Names("MaxBurstLength=8192"));
        Assert.That(script.Negotiator.Result!.Parameters.FirstBurstLength, Is.EqualTo(8192));
    }

    [Test]
    public void What_the_target_can_not_live_with_it_proposes_itself()
    {
        var script = Strict();
        var proposals = script.Move(Operational, FullFeature, LoginScript.Names());
        Assert.That(proposals.Step, Is.EqualTo(LoginStep.Respond));
        Assert.That(proposals.Transit, Is.False);
        Assert.That(proposals.Pairs.Skip(2), Is.EqualTo(new[]
        {
            "HeaderDigest=CRC32C", "ImmediateData=No", "MaxBurstLength=16384", "FirstBurstLength=8192",
        }));

        var reply = script.Move(
            Operational, FullFeature, "HeaderDigest=CRC32C", "ImmediateData=No", "MaxBurstLength=8192", "FirstBurstLength=Irrelevant");
        Assert.That(reply.Step, Is.EqualTo(LoginStep.Complete));
        Assert.That(reply.Pairs, Is.Empty);
        var parameters = script.Negotiator.Result!.Parameters;
        Assert.That(parameters.HeaderDigest, Is.True);
        Assert.That(parameters.ImmediateData, Is.False);
        Assert.That(parameters.MaxBurstLength, Is.EqualTo(8192));
    }

    [Test]
    public void From_security_such_a_target_goes_to_the_operational_stage_first()
    {
        var reply = Strict().Move(LoginStage.SecurityNegotiation, FullFeature, LoginScript.Names());
        Assert.That(reply.Transit, Is.True);
        Assert.That(reply.NextStage, Is.EqualTo(Operational));
    }

    [TestCase("HeaderDigest=None")]
    [TestCase("HeaderDigest=Reject")]
    [TestCase("HeaderDigest=CRC32C,None")]
    [TestCase("HeaderDigest=Irrelevant")]
    [TestCase("MaxBurstLength=16385")]
    [TestCase("MaxBurstLength=511")]
    [TestCase("MaxBurstLength=NotUnderstood")]
    [TestCase("ImmediateData=Yes")]
    public void An_answer_outside_the_proposal_ends_the_login(string answer)
    {
        var script = Strict();
        script.Move(Operational, FullFeature, LoginScript.Names());
        string[] good = ["HeaderDigest=CRC32C", "ImmediateData=No", "MaxBurstLength=8192", "FirstBurstLength=Irrelevant"];
        var key = answer[..(answer.IndexOf('=', StringComparison.Ordinal) + 1)];
        var answers = good.Select(g => g.StartsWith(key, StringComparison.Ordinal) ? answer : g).ToArray();
        Assert.That(script.Move(Operational, FullFeature, answers).Status, Is.EqualTo(LoginStatus.InitiatorError));
    }

    [Test]
    public void A_proposal_that_is_passed_over_ends_the_login()
    {
        var script = Strict();
        script.Move(Operational, FullFeature, LoginScript.Names());
        Assert.That(script.Move(Operational, FullFeature).Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(script.Negotiator.Fault, Is.EqualTo(NegotiationFault.ProposalUnanswered));
    }

    [Test]
    public void A_required_digest_that_is_not_offered_ends_the_login()
    {
        var script = Strict();
        var reply = script.Move(
            Operational, FullFeature,
            LoginScript.Names("HeaderDigest=None", "ImmediateData=No", "MaxBurstLength=512", "FirstBurstLength=512"));
        Assert.That(reply.Status, Is.EqualTo(LoginStatus.InitiatorError));
        Assert.That(script.Negotiator.Fault, Is.EqualTo(NegotiationFault.RequiredValueRefused));
    }

    [Test]
    public void A_forbidden_digest_is_rejected()
    {
        var policy = new FixedPolicy { Decision = LoginDecision.Accept(new IscsiParameters { DataDigest = DigestPolicy.Forbidden }, 3) };
        var reply = new LoginScript(policy).Move(Operational, FullFeature, LoginScript.Names("DataDigest=CRC32C"));
        Assert.That(reply["DataDigest"], Is.EqualTo("Reject"));
        reply = new LoginScript(policy).Move(Operational, FullFeature, LoginScript.Names("DataDigest=CRC32C,None"));
        Assert.That(reply["DataDigest"], Is.EqualTo("None"));
    }

    [Test]
    public void The_table_is_indexed_by_its_ids_and_names_are_unique()
    {
        Assert.That(KeyTable.All.Select(k => (int)k.Id), Is.EqualTo(Enumerable.Range(0, Enum.GetValues<KeyId>().Length)));
        Assert.That(KeyTable.All.Select(k => k.Name), Is.Unique);
        foreach (var key in KeyTable.All)
            Assert.That(KeyTable.Find(key.Name), Is.SameAs(key));
        Assert.That(KeyTable.Find("X-anything"), Is.Null);
    }

    [Test]
    public void Own_values_of_every_key_are_within_its_range()
    {
        foreach (var key in KeyTable.All.Where(k => k.Kind is KeyKind.Minimum or KeyKind.Maximum))
        {
            Assert.That(key.Own(IscsiParameters.Default), Is.InRange(key.Min, key.Max), key.Name);
            Assert.That(key.Default, Is.InRange(key.Min, key.Max), key.Name);
        }
    }

    [TestCase(511)]
    [TestCase(1 << 24)]
    public void Parameters_outside_their_range_are_misuse(int length)
    {
        Assert.That(() => new IscsiParameters { MaxBurstLength = length }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new IscsiParameters { FirstBurstLength = length }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new IscsiParameters { MaxRecvDataSegmentLength = length }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new IscsiParameters { MaxOutstandingR2T = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new IscsiParameters { DefaultTime2Wait = 3601 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new IscsiParameters { DefaultTime2Retain = -1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static LoginScript Strict() => new(new FixedPolicy
    {
        Decision = LoginDecision.Accept(
            new IscsiParameters
            {
                HeaderDigest = DigestPolicy.Required,
                ImmediateData = false,
                MaxBurstLength = 16384,
                FirstBurstLength = 8192,
            },
            3),
    });
}
