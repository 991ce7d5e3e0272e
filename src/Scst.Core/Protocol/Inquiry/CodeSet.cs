namespace Scst.Protocol;

/// <summary>CODE SET of a designation descriptor (SPC-6).</summary>
public enum CodeSet : byte
{
    /// <summary>1h: binary values.</summary>
    Binary = 1,

    /// <summary>2h: ASCII graphic codes 20h to 7Eh.</summary>
    Ascii = 2,

    /// <summary>3h: UTF-8 codes.</summary>
    Utf8 = 3,
}
