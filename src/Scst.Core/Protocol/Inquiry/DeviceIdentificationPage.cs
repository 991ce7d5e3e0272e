using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Scst.Protocol;

/// <summary>Device Identification, page 83h (SPC-6).</summary>
public static class DeviceIdentificationPage
{
    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    /// <param name="designators">The designators.</param>
    /// <returns>The length, header included.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="designators"/> is <see langword="null"/>.</exception>
    public static int GetLength(IReadOnlyList<Designator> designators)
    {
        ArgumentNullException.ThrowIfNull(designators);
        var length = VpdPage.HeaderLength;
        for (var index = 0; index < designators.Count; index++)
            length += designators[index].Length;
        return length;
    }

    /// <summary>Writes the page.</summary>
    /// <param name="destination">At least <see cref="GetLength"/> bytes.</param>
    /// <param name="peripheral">PERIPHERAL QUALIFIER and PERIPHERAL DEVICE TYPE.</param>
    /// <param name="designators">The designators, in the order to write them.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="designators"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="destination"/> is too short, or the page would have more than 65535 bytes after its header.
    /// </exception>
    public static int Write(Span<byte> destination, Peripheral peripheral, IReadOnlyList<Designator> designators)
    {
        var length = GetLength(designators);
        VpdPage.WriteHeader(destination, peripheral, VpdPageCode.DeviceIdentification, length - VpdPage.HeaderLength);
        var rest = destination.Slice(VpdPage.HeaderLength);
        for (var index = 0; index < designators.Count; index++)
            rest = rest.Slice(designators[index].WriteTo(rest));
        return length;
    }

    /// <summary>Reads the page; of a truncated one, the descriptors that are whole.</summary>
    /// <param name="source">The page, from its header on.</param>
    /// <param name="designators">The designators; <see langword="null"/> on failure.</param>
    /// <returns><see langword="false"/> if this is no whole header of page 83h.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, [NotNullWhen(true)] out IReadOnlyList<Designator>? designators)
    {
        designators = null;
        if (!VpdPage.TryGetContent(source, VpdPageCode.DeviceIdentification, out var content))
            return false;
        var found = new List<Designator>();
        while (Designator.TryParse(content, out var designator))
        {
            found.Add(designator);
            content = content.Slice(designator.Length);
        }
        designators = found;
        return true;
    }
}
