namespace Scst.VDisk;

/// <summary>The questions to an open block device.</summary>
internal interface IDeviceQueries
{
    /// <summary>Asks one.</summary>
    /// <returns>The answer, or null where the device or the kernel knows none.</returns>
    long? Ask(DeviceQuery query);
}
