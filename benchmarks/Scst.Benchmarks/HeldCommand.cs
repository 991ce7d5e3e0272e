using System;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Benchmarks;

/// <summary>
/// A command of a session that is moved, under way when its nexus goes: a READ whose response is held back on its way, or a WRITE
/// whose data-out is. Both have had their turn, so both may go on; the WRITE looks for unit attentions before it is executed, and
/// tells that the LUN map has changed.
/// </summary>
internal sealed class HeldCommand
{
    private const int Length = 4096;

    private readonly LoopbackInitiator _initiator;
    private readonly LoopbackCommand _command;
    private readonly bool _isWrite;

    internal HeldCommand(LoopbackInitiator initiator, int lun, bool isWrite)
    {
        _initiator = initiator;
        _isWrite = isWrite;
        OperationCode operation = isWrite ? OperationCode.Write10 : OperationCode.Read10;
        _command = new LoopbackCommand
        {
            Lun = Lun.FromNumber(lun),
            Cdb = new byte[] { (byte)operation, 0, 0, 0, 0, 0, 0, 0, Length / 512, 0 },
            ExpectedDirection = isWrite ? DataDirection.FromInitiator : DataDirection.ToInitiator,
            ExpectedLength = Length,
            HoldsDataOut = isWrite,
            HoldsResponse = !isWrite,
        };
    }

    internal void Begin()
    {
        _initiator.Submit(_command);
        _initiator.EndOfBurst();
        if (!(_isWrite ? _command.IsDataOutHeld : _command.IsResponseHeld))
            throw new InvalidOperationException($"A command was not held back: {_command.Result}");
    }

    /// <summary>Lets it end.</summary>
    /// <returns>How it was not answered as it should be; null if it was.</returns>
    internal string? End(bool nexusIsGone)
    {
        if (_isWrite)
            _command.DeliverDataOut();
        else
            _command.DeliverResponse();
        LoopbackResult result = _command.Result;
        if (!_command.IsCompleted || result.NoResponse)
            return "A command was not answered.";
        bool isRight = _isWrite && nexusIsGone
            ? result.Sense is { } sense && sense.Additional == AdditionalSense.ReportedLunsDataHasChanged
            : result.Status == ScsiStatus.Good;
        return isRight ? null : $"A command ended in {result.Status}, {result.Sense}.";
    }
}
