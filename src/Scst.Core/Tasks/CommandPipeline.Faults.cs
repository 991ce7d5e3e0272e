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

    private bool Ask<T>(LogicalUnit logicalUnit, T lender, ScsiCommand command, Func<T, ScsiCommand, bool> question)
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

    /// <summary>Whether the handler provides the place of the command's data itself.</summary>
    private bool WantsToLend(ScsiCommand command)
    {
        // The core's own commands keep their data in memory that the core may look at; the handler never parsed them.
        if (command.Descriptor!.IsPrimary)
            return false;
        LogicalUnit logicalUnit = command.Nexus!.LogicalUnit;
        if (command.DataOutLength > 0)
        {
            return command.LendsDataOut = logicalUnit.DataOutLender is { } lender
                && Ask(logicalUnit, lender, command, static (asked, borrower) => asked.WantsToLend(borrower));
        }
        return command.LendsDataIn = logicalUnit.DataInLender is { } inLender
            && Ask(logicalUnit, inLender, command, static (asked, borrower) => asked.WantsToLend(borrower));
    }

    private void HandlerFailed(Exception exception, LogicalUnit logicalUnit, ScsiCommand command, long word)
    {
        _log.HandlerFailed(exception, logicalUnit.Name, command.IsSameUse(word) ? command.Descriptor?.Name : null);
        if (command.IsSameUse(word) && command.Stage <= CommandStage.Executing)
            command.Fail(Sense.HardwareError(AdditionalSense.InternalTargetFailure));
    }
}
