namespace Scst;

/// <summary>Optional ability of an <see cref="IDevHandler"/>: gather the commands of a burst and submit them together.</summary>
public interface IBurstHandler
{
    /// <summary>A session's receive burst, in which this handler executed commands, is over: submit what was gathered.</summary>
    void EndOfBurst();
}
