using System;

namespace Scst;

/// <summary>
/// A pattern for initiator names: <c>*</c> stands for any string, <c>?</c> for one character, and a leading <c>!</c>
/// turns the answer round. Case does not matter.
/// </summary>
public static class InitiatorPattern
{
    /// <summary>Whether an initiator name matches a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="initiatorName">The name of the initiator port as the transport gives it.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static bool IsMatch(string pattern, string initiatorName)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(initiatorName);
        bool inverted = pattern.Length > 0 && pattern[0] == '!';
        return IsMatch(inverted ? pattern.AsSpan(1) : pattern.AsSpan(), initiatorName.AsSpan()) != inverted;
    }

    // Greedy with one point to come back to: the last star. Linear in practice, quadratic at worst, never exponential.
    private static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int p = 0;
        int n = 0;
        int star = -1;
        int starName = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                starName = n;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || Fold(pattern[p]) == Fold(name[n])))
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++starName;
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }

    private static char Fold(char value) => char.ToLowerInvariant(value);
}
