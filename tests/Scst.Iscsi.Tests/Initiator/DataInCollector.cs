using System.Diagnostics.CodeAnalysis;
using NUnit.Framework;
using Scst.Iscsi.Protocol;

namespace Scst.Iscsi.Tests.Initiator;

/// <summary>Puts the data-in of one command together, and checks every PDU on the way (RFC 7143 11.7).</summary>
internal sealed class DataInCollector
{
    private readonly TestInitiator _initiator;
    private readonly byte[] _data;
    private uint _dataSN;
    private uint _next;
    private int _burst;

    public DataInCollector(TestInitiator initiator, int expected)
    {
        _initiator = initiator;
        _data = new byte[expected];
    }

    private byte[] Collected => _data[..(int)_next];

    /// <summary>Takes a Data-In or the SCSI Response.</summary>
    /// <returns>Whether the command is over.</returns>
    public bool TryFinish(ReceivedPdu pdu, [NotNullWhen(true)] out CommandOutcome? outcome)
    {
        if (pdu.Opcode == IscsiOpcode.ScsiResponse)
        {
            Assert.That(pdu.Response.ExpDataSN.Value, Is.EqualTo(_dataSN), "ExpDataSN");
            outcome = TestInitiator.OutcomeOf(pdu) with { Data = Collected };
            return true;
        }

        var dataIn = pdu.DataIn;
        Assert.That(dataIn.DataSN.Value, Is.EqualTo(_dataSN++), "DataSN");
        Assert.That(dataIn.BufferOffset, Is.EqualTo(_next), "offset");
        Assert.That(pdu.Data, Has.Length.InRange(1, _initiator.OwnMaxSegment), "longer than was declared");
        pdu.Data.CopyTo(_data, _next);
        _next += (uint)pdu.Data.Length;
        _burst += pdu.Data.Length;
        Assert.That(_burst, Is.LessThanOrEqualTo(_initiator.MaxBurst), "MaxBurstLength");
        if (pdu.Header.IsFinal)
            _burst = 0;
        outcome = null;
        if (!dataIn.HasStatus)
            return false;
        Assert.That(pdu.Header.IsFinal, Is.True, "S without F");
        outcome = new CommandOutcome(dataIn.Status, Collected, [], dataIn.Residual);
        return true;
    }
}
