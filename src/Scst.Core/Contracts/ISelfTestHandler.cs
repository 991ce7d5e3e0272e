namespace Scst;

/// <summary>
/// Optional ability of an <see cref="IDevHandler"/>: the default self-test of SEND DIAGNOSTIC (SPC-6). Without it the logical unit
/// does not have the command, because nobody could say that the test was passed.
/// </summary>
public interface ISelfTestHandler
{
    /// <summary>
    /// Test what can be tested without changing anything, and end with <see cref="ScsiCommand.Complete"/> if all is well, or with
    /// <see cref="ScsiCommand.Fail"/>: HARDWARE ERROR, here or later on any thread.
    /// </summary>
    /// <param name="command">The SEND DIAGNOSTIC; like a command in <see cref="IDevHandler.Execute"/>, it moves no data.</param>
    void SelfTest(ScsiCommand command);
}
