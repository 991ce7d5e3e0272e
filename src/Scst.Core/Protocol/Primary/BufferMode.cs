namespace Scst.Protocol;

/// <summary>MODE of READ BUFFER and WRITE BUFFER (SPC-6), those that this library knows.</summary>
public enum BufferMode : byte
{
    /// <summary>02h: data of a buffer of the logical unit.</summary>
    Data = 0x02,

    /// <summary>03h, to read only: what the buffer is like.</summary>
    Descriptor = 0x03,

    /// <summary>0Ah: the echo buffer.</summary>
    Echo = 0x0A,

    /// <summary>0Bh, to read only: what the echo buffer is like.</summary>
    EchoDescriptor = 0x0B,
}
