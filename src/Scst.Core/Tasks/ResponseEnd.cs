namespace Scst;

/// <summary>What ends with the response of a command.</summary>
internal enum ResponseEnd
{
    /// <summary>The response alone; the command had ended before.</summary>
    Response,

    /// <summary>The command too: its data-in was lent to the driver.</summary>
    LentCommand,

    /// <summary>Only what the driver had of the command: its handler still has it (<see cref="CommandWord.Orphaned"/>).</summary>
    HandlerIsLeft,
}
