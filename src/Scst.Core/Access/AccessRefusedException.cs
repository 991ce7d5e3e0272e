using System;
using System.Collections.Generic;

namespace Scst;

/// <summary>Who may see what was not valid, and is therefore as it was before.</summary>
public sealed class AccessRefusedException : ArgumentException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="reasons">Everything that is wrong, one sentence each; at least one.</param>
    public AccessRefusedException(IReadOnlyList<string> reasons)
        : base(string.Join(" ", reasons)) => Reasons = reasons;

    /// <summary>Everything that is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Reasons { get; }
}
