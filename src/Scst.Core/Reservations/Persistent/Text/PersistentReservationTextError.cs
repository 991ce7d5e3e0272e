namespace Scst;

/// <summary>Something that is wrong with a text of persistent reservations.</summary>
/// <param name="Line">The line, from 1; the last line for something that is missing.</param>
/// <param name="Message">What is wrong, for people.</param>
public sealed record PersistentReservationTextError(int Line, string Message)
{
    /// <summary>The line and what is wrong with it.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"line {Line}: {Message}";
}
