using System;

namespace Scst;

/// <summary>A file that is being written.</summary>
internal interface IStateFile : IDisposable
{
    /// <summary>Appends bytes.</summary>
    void Write(byte[] bytes);

    /// <summary>Makes sure that the bytes survive a loss of power.</summary>
    void Flush();
}
