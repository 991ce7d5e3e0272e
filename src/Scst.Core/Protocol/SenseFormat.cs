namespace Scst.Protocol;

/// <summary>Layout of sense data, as the D_SENSE bit of the control mode page or the DESC bit of REQUEST SENSE chooses it.</summary>
public enum SenseFormat
{
    /// <summary>Fixed format, response codes 70h and 71h (SPC-6, fixed format sense data).</summary>
    Fixed = 0,

    /// <summary>Descriptor format, response codes 72h and 73h (SPC-6, descriptor format sense data).</summary>
    Descriptor = 1,
}
