using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Iscsi.Login;
using Scst.Iscsi.Protocol;
using Scst.Iscsi.Tests.Initiator;

namespace Scst.Iscsi.Tests.Login;

[TestFixture]
public class TextNegotiatorTests
{
    private const uint NoTag = 0xffff_ffff;
    private const uint Task = 5;

    private static readonly SendTargetsRecord[] _records =
    [
        new("iqn.1993-11.com.example:diskarray.sn.8675309", ["10.1.0.45:3000,1", "10.1.1.45:3000,2"]),
        new("iqn.1993-11.com.example:diskarray.sn.1234567", ["[2001:db8::1]:3260,1"]),
        new(LoginScript.Target, []),
    ];

    private readonly byte[] _buffer = new byte[65536];

    [Test]
    public void All_lists_every_target_in_a_discovery_session()
    {
        // The form of RFC 7143 Appendix C.
        var reply = Send(Discovery(), "SendTargets=All");
        Assert.That(reply.Final, Is.True);
        Assert.That(reply.TargetTransferTag, Is.EqualTo(NoTag));
        Assert.That(Pairs(reply), Is.EqualTo(new[]
        {
            "TargetName=iqn.1993-11.com.example:diskarray.sn.8675309",
            "TargetAddress=10.1.0.45:3000,1",
            "TargetAddress=10.1.1.45:3000,2",
            "TargetName=iqn.1993-11.com.example:diskarray.sn.1234567",
            "TargetAddress=[2001:db8::1]:3260,1",
            "TargetName=" + LoginScript.Target,
        }));
    }

    [Test]
    public void A_name_lists_that_target_in_a_discovery_session()
    {
        Assert.That(Pairs(Send(Discovery(), "SendTargets=IQN.1993-11.com.example:DISKARRAY.sn.1234567")), Is.EqualTo(new[]
        {
            "TargetName=iqn.1993-11.com.example:diskarray.sn.1234567",
            "TargetAddress=[2001:db8::1]:3260,1",
        }));
        Assert.That(Pairs(Send(Discovery(), "SendTargets=iqn.1993-11.com.example:none")), Is.Empty);
    }

    [TestCase("SendTargets=")]
    [TestCase("SendTargets=" + LoginScript.Target)]
    public void A_normal_session_hears_of_its_own_target(string request)
    {
        Assert.That(Pairs(Send(Normal(), request)), Is.EqualTo(new[] { "TargetName=" + LoginScript.Target }));
    }

    [Test]
    public void A_normal_session_hears_of_no_other_target()
    {
        Assert.That(Pairs(Send(Normal(), "SendTargets=iqn.1993-11.com.example:diskarray.sn.1234567")), Is.Empty);
    }

    [Test]
    public void All_is_not_for_normal_sessions_and_nothing_not_for_discovery()
    {
        Assert.That(Pairs(Send(Normal(), "SendTargets=All")), Is.EqualTo(new[] { "SendTargets=Reject" }));
        Assert.That(Pairs(Send(Discovery(), "SendTargets=")), Is.EqualTo(new[] { "SendTargets=Reject" }));
        Assert.That(Pairs(Send(Discovery(), "SendTargets=whatever")), Is.EqualTo(new[] { "SendTargets=Reject" }));
    }

    [Test]
    public void SendTargets_stands_alone()
    {
        var reply = Send(Discovery(), "SendTargets=All", "MaxRecvDataSegmentLength=512");
        Assert.That(reply.Reject, Is.EqualTo(RejectReason.ProtocolError));
        Assert.That(reply.Fault, Is.EqualTo(NegotiationFault.SendTargetsNotAlone));
    }

    [Test]
    public void A_long_list_goes_out_piece_by_piece_under_one_tag()
    {
        // RFC 7143 11.10.4: F clear and a tag until the last part, which the initiator asks for with empty requests.
        var many = Enumerable.Range(0, 100)
            .Select(i => new SendTargetsRecord($"iqn.1993-11.com.example:t{i:d3}", ["10.1.0.45:3000,1"])).ToArray();
        var negotiator = new TextNegotiator(Identity(IscsiSessionType.Discovery), new Source(many), 512);
        var reply = Send(negotiator, "SendTargets=All");
        var tag = reply.TargetTransferTag;
        var text = new List<byte>();
        while (!reply.Final)
        {
            Assert.That(reply.Reject, Is.EqualTo(RejectReason.None));
            Assert.That(reply.Continue, Is.True);
            Assert.That(reply.Length, Is.EqualTo(512));
            Assert.That(reply.TargetTransferTag, Is.EqualTo(tag).And.Not.EqualTo(NoTag));
            text.AddRange(_buffer.Take(reply.Length));
            reply = Send(negotiator, Task, tag, final: true, continued: false, []);
        }

        text.AddRange(_buffer.Take(reply.Length));
        Assert.That(reply.Continue, Is.False);
        Assert.That(reply.TargetTransferTag, Is.EqualTo(NoTag));
        Assert.That(negotiator.IsActive, Is.False);
        Assert.That(Text.Decode(text.ToArray()), Is.EqualTo(
            many.SelectMany(r => new[] { "TargetName=" + r.TargetName, "TargetAddress=10.1.0.45:3000,1" })));
    }

    [Test]
    public void Every_size_of_initiator_gets_the_same_list()
    {
        var expected = Pairs(Send(Discovery(), "SendTargets=All"));
        Properties.Hold(Gen.Choose(1, 400), room =>
        {
            var negotiator = Discovery();
            var response = new byte[room];
            var text = new List<byte>();
            var reply = Process(negotiator, Task, NoTag, true, false, Text.Encode("SendTargets=All"), response);
            text.AddRange(response.Take(reply.Length));
            while (!reply.Final)
            {
                reply = Process(negotiator, Task, reply.TargetTransferTag, true, false, [], response);
                text.AddRange(response.Take(reply.Length));
            }

            return Text.Decode(text.ToArray()).SequenceEqual(expected);
        });
    }

    [Test]
    public void A_new_request_forgets_the_rest_of_the_old_answer()
    {
        var negotiator = new TextNegotiator(Identity(IscsiSessionType.Discovery), new Source(_records), 64);
        var first = Send(negotiator, "SendTargets=All");
        Assert.That(first.Final, Is.False);
        var second = Send(negotiator, "X-com.example=1");
        Assert.That(Pairs(second), Is.EqualTo(new[] { "X-com.example=NotUnderstood" }));
        var stale = Send(negotiator, Task, first.TargetTransferTag, true, false, []);
        Assert.That(stale.Reject, Is.EqualTo(RejectReason.InvalidPduField));
    }

    [Test]
    public void A_tag_that_was_never_given_or_another_task_is_an_invalid_field()
    {
        Assert.That(Send(Discovery(), Task, 1, true, false, []).Reject, Is.EqualTo(RejectReason.InvalidPduField));
        var negotiator = new TextNegotiator(Identity(IscsiSessionType.Discovery), new Source(_records), 64);
        var first = Send(negotiator, "SendTargets=All");
        Assert.That(Send(negotiator, Task + 1, first.TargetTransferTag, true, false, []).Reject, Is.EqualTo(RejectReason.InvalidPduField));
        Assert.That(Send(negotiator, Task, first.TargetTransferTag + 1, true, false, []).Reject, Is.EqualTo(RejectReason.InvalidPduField));
        Assert.That(Send(negotiator, Task, first.TargetTransferTag, true, false, []).Reject, Is.EqualTo(RejectReason.None));
    }

    [Test]
    public void Text_in_place_of_an_empty_request_resets_the_sequence()
    {
        var negotiator = new TextNegotiator(Identity(IscsiSessionType.Discovery), new Source(_records), 64);
        var first = Send(negotiator, "SendTargets=All");
        var reply = Send(negotiator, Task, first.TargetTransferTag, true, false, Text.Encode("A=1"));
        Assert.That(reply.Reject, Is.EqualTo(RejectReason.ProtocolError));
        Assert.That(negotiator.IsActive, Is.False);
    }

    [Test]
    public void A_new_segment_length_holds_when_the_sequence_ends()
    {
        var negotiator = Normal();
        var first = Send(negotiator, Task, NoTag, false, false, Text.Encode("MaxRecvDataSegmentLength=65536"));
        Assert.That(first.Final, Is.False);
        Assert.That(first.TargetTransferTag, Is.Not.EqualTo(NoTag));
        Assert.That(negotiator.InitiatorMaxRecvDataSegmentLength, Is.EqualTo(8192));
        var last = Send(negotiator, Task, first.TargetTransferTag, true, false, []);
        Assert.That(last.Final, Is.True);
        Assert.That(negotiator.InitiatorMaxRecvDataSegmentLength, Is.EqualTo(65536));
    }

    [Test]
    public void A_reset_sequence_has_no_effect()
    {
        var negotiator = Normal();
        Send(negotiator, Task, NoTag, false, false, Text.Encode("MaxRecvDataSegmentLength=65536"));
        Send(negotiator, "X-com.example=1");
        Assert.That(negotiator.InitiatorMaxRecvDataSegmentLength, Is.EqualTo(8192));
    }

    [TestCase("MaxBurstLength=65536", nameof(NegotiationFault.KeyInWrongStage))]
    [TestCase("InitiatorName=" + LoginScript.Initiator, nameof(NegotiationFault.KeyInWrongStage))]
    [TestCase("TargetAlias=x", nameof(NegotiationFault.KeyFromWrongSide))]
    [TestCase("MaxRecvDataSegmentLength=1", nameof(NegotiationFault.DeclaredValueNotAdmissible))]
    [TestCase("garbage", nameof(NegotiationFault.MalformedText))]
    public void What_breaks_the_rules_is_a_protocol_error_without_effect(string pair, string fault)
    {
        var negotiator = Normal();
        var reply = Send(negotiator, "X-com.example=1", pair);
        Assert.That(reply.Reject, Is.EqualTo(RejectReason.ProtocolError));
        Assert.That(reply.Fault.ToString(), Is.EqualTo(fault));
        Assert.That(negotiator.IsActive, Is.False);
        Assert.That(negotiator.InitiatorMaxRecvDataSegmentLength, Is.EqualTo(8192));
    }

    [Test]
    public void A_key_twice_in_one_sequence_is_a_protocol_error_but_not_in_two()
    {
        var negotiator = Normal();
        var first = Send(negotiator, Task, NoTag, false, false, Text.Encode("MaxRecvDataSegmentLength=65536"));
        var again = Text.Encode("MaxRecvDataSegmentLength=4096");
        Assert.That(Send(negotiator, Task, first.TargetTransferTag, true, false, again).Reject, Is.EqualTo(RejectReason.ProtocolError));
        Assert.That(Send(negotiator, Task, NoTag, true, false, again).Final, Is.True);
        Assert.That(Send(negotiator, Task, NoTag, true, false, again).Final, Is.True);
        Assert.That(negotiator.InitiatorMaxRecvDataSegmentLength, Is.EqualTo(4096));
    }

    [Test]
    public void A_pair_may_be_cut_between_continued_requests()
    {
        var whole = Text.Encode("SendTargets=All");
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            var negotiator = Discovery();
            var first = Send(negotiator, Task, NoTag, false, true, whole[..cut]);
            Assert.That(first.Length, Is.Zero);
            Assert.That(first.Final || first.Continue || first.TargetTransferTag == NoTag, Is.False);
            Assert.That(Pairs(Send(negotiator, Task, first.TargetTransferTag, true, false, whole[cut..])), Has.Count.EqualTo(6));
        }
    }

    [Test]
    public void Text_beyond_64_KiB_is_rejected_and_forgotten()
    {
        var negotiator = Normal();
        var chunk = Enumerable.Repeat((byte)'A', 8192).ToArray();
        var reply = Send(negotiator, Task, NoTag, false, true, chunk);
        for (var i = 1; i < 8; i++)
            reply = Send(negotiator, Task, reply.TargetTransferTag, false, true, chunk);
        Assert.That(reply.Reject, Is.EqualTo(RejectReason.None));
        reply = Send(negotiator, Task, reply.TargetTransferTag, false, true, [0]);
        Assert.That(reply.Reject, Is.EqualTo(RejectReason.LongOperationReject));
        Assert.That(negotiator.IsActive, Is.False);
    }

    [Test]
    public void Any_sequence_of_requests_is_answered_legally()
    {
        var pair = Gen.Elements(
            "SendTargets=All", "SendTargets=", "MaxRecvDataSegmentLength=512", "MaxRecvDataSegmentLength=9", "X-a=1", "X-b=2",
            "InitiatorAlias=ä", "MaxBurstLength=512", "IFMarker=No", "junk");
        var text = Gen.Frequency(
            (3, pair.ArrayOf().Select(p => Text.Encode(p))), (1, Properties.Bytes(40)), (2, Gen.Constant(Array.Empty<byte>())));
        var request =
            from data in text
            from known in Gen.Frequency((4, Gen.Constant(0)), (3, Gen.Constant(1)), (1, Gen.Constant(2)))
            from task in Gen.Frequency((6, Gen.Constant(Task)), (1, Gen.Constant(Task + 1)))
            from final in Gen.Elements(true, false)
            from continued in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
            select (data, known, task, final, continued);
        Properties.Hold(
            request.ListOf().SelectMany(r => Gen.Elements(true, false).SelectMany(d => Gen.Choose(1, 200).Select(room => (r, d, room)))),
            x =>
            {
                var negotiator = x.d ? Discovery() : Normal();
                var response = new byte[x.room];
                var tag = NoTag;
                foreach (var (data, known, task, final, continued) in x.r)
                {
                    var sent = known == 0 ? NoTag : known == 1 ? tag : 12345u;
                    var reply = Process(negotiator, task, sent, final, continued, data, response);
                    if (reply.Reject != RejectReason.None)
                    {
                        if (reply.Fault == NegotiationFault.None || reply.Length != 0)
                            return false;
                        continue;
                    }

                    // RFC 7143 11.11.1 and 11.11.2.
                    if ((reply.Final && (!final || reply.Continue)) || reply.Final != (reply.TargetTransferTag == NoTag)
                        || reply.Length > x.room || reply.Length > negotiator.InitiatorMaxRecvDataSegmentLength
                        || reply.Final == negotiator.IsActive)
                        return false;
                    tag = reply.TargetTransferTag;
                }

                return negotiator.InitiatorMaxRecvDataSegmentLength is 512 or 8192;
            },
            3000);
    }

    private static LoginIdentity Identity(IscsiSessionType type) => new()
    {
        SessionType = type,
        InitiatorName = LoginScript.Initiator,
        TargetName = type == IscsiSessionType.Normal ? LoginScript.Target : null,
        InitiatorAlias = null,
        Isid = 1,
        Tsih = 0,
        ConnectionId = 0,
    };

    private static TextNegotiator Discovery() => new(Identity(IscsiSessionType.Discovery), new Source(_records), 8192);

    private static TextNegotiator Normal() => new(Identity(IscsiSessionType.Normal), new Source(_records), 8192);

    private static TextReply Process(
        TextNegotiator negotiator, uint task, uint tag, bool final, bool continued, byte[] text, byte[] response)
    {
        var bytes = new byte[48];
        TextRequestPdu.Write(bytes, false, final, continued, task, tag, default, default, text.Length);
        Assert.That(BasicHeader.TryRead(bytes, out var header), Is.True);
        return negotiator.Process(new TextRequestPdu(header), text, response);
    }

    private TextReply Send(TextNegotiator negotiator, uint task, uint tag, bool final, bool continued, byte[] text) =>
        Process(negotiator, task, tag, final, continued, text, _buffer);

    private TextReply Send(TextNegotiator negotiator, params string[] pairs) =>
        Send(negotiator, Task, NoTag, final: true, continued: false, Text.Encode(pairs));

    private List<string> Pairs(TextReply reply)
    {
        Assert.That(reply.Reject, Is.EqualTo(RejectReason.None));
        return Text.Decode(_buffer.AsSpan(0, reply.Length));
    }

    private sealed class Source(SendTargetsRecord[] records) : ISendTargetsSource
    {
        public IEnumerable<SendTargetsRecord> Find(string? targetName) =>
            records.Where(r => targetName is null || r.TargetName == targetName);
    }
}
