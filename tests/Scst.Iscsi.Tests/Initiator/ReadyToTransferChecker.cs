using System;
using NUnit.Framework;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>Checks that the R2Ts of one command ask for its data piece after piece (RFC 7143 11.8).</summary>
internal sealed class ReadyToTransferChecker
{
    private readonly TestInitiator _initiator;
    private readonly uint _tag;
    private readonly int _wanted;
    private int _asked;

    /// <param name="initiator">Its MaxBurstLength holds.</param>
    /// <param name="tag">The command's tag.</param>
    /// <param name="sent">Bytes that were sent unsolicited.</param>
    /// <param name="wanted">Bytes that the target takes.</param>
    public ReadyToTransferChecker(TestInitiator initiator, uint tag, int sent, int wanted)
    {
        _initiator = initiator;
        _tag = tag;
        _asked = sent;
        _wanted = wanted;
    }

    /// <summary>R2Ts that have come.</summary>
    public uint Seen { get; private set; }

    public int StillToCome => (_wanted - _asked + _initiator.MaxBurst - 1) / _initiator.MaxBurst;

    public DataOutRequest Check(ReceivedPdu pdu)
    {
        var r2t = pdu.ReadyToTransfer;
        var length = Math.Min(_initiator.MaxBurst, _wanted - _asked);
        Assert.That(pdu.Tag, Is.EqualTo(_tag));
        Assert.That(r2t.R2TSN.Value, Is.EqualTo(Seen++), "R2TSN");
        Assert.That(r2t.BufferOffset, Is.EqualTo((uint)_asked), "offset");
        Assert.That(length, Is.Positive, "asks for more than there is");
        Assert.That(r2t.DesiredDataTransferLength, Is.EqualTo((uint)length), "length");
        var request = new DataOutRequest(r2t.TargetTransferTag, _asked, length);
        _asked += length;
        return request;
    }
}
