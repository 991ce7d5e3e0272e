using System;
using Scst.Protocol;

namespace Scst;

/// <summary>The parameter list of a command of the core.</summary>
internal static class ParameterList
{
    /// <summary>Finds the parameter list of a command, which must be in one buffer.</summary>
    /// <param name="command">The command, being executed.</param>
    /// <param name="length">PARAMETER LIST LENGTH.</param>
    /// <param name="list">The list.</param>
    /// <returns>
    /// <see langword="false"/> if the initiator has sent less than that, or it does not fit one buffer; the command has then failed
    /// with PARAMETER LIST LENGTH ERROR.
    /// </returns>
    internal static bool TryGet(ScsiCommand command, long length, out ReadOnlySpan<byte> list)
    {
        list = default;
        if (command.DataOutLength < length || (length > 0 && command.FirstSegment.Length < length))
        {
            command.Fail(Sense.IllegalRequest(AdditionalSense.ParameterListLengthError));
            return false;
        }
        if (length > 0)
            list = command.FirstSegment.Slice(0, (int)length);
        return true;
    }
}
