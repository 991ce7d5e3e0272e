using System;
using Scst.Diagnostics;
using Scst.Protocol;

namespace Scst;

/// <content>Calls to handlers, and what an exception out of them costs.</content>
internal sealed partial class CommandPipeline
{
    /// <summary>Calls a handler; an exception is a fault that costs this one command.</summary>
    private void Guard<T>(LogicalUnit logicalUnit, T handler, ScsiCommand command, Action<T, ScsiCommand> call)
    {
        long word = command.ReadWord();
        try
        {
            call(handler, command);
        }
        catch (Exception exception)
        {
            HandlerFailed(exception, logicalUnit, command, word);
        }
    }

    private bool Ask(LogicalUnit logicalUnit, IDataOutLender lender, ScsiCommand command, Func<IDataOutLender, ScsiCommand, bool> question)
    {
        long word = command.ReadWord();
        try
        {
            return question(lender, command);
        }
        catch (Exception exception)
        {
            HandlerFailed(exception, logicalUnit, command, word);
            return false;
        }
    }

    private void HandlerFailed(Exception exception, LogicalUnit logicalUnit, ScsiCommand command, long word)
    {
        _log.HandlerFailed(exception, logicalUnit.Name, command.IsSameUse(word) ? command.Descriptor?.Name : null);
        if (command.IsSameUse(word) && command.Stage <= CommandStage.Executing)
            command.Fail(Sense.HardwareError(AdditionalSense.InternalTargetFailure));
    }
}
