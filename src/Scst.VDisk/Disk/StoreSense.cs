using Scst.Protocol;

namespace Scst.VDisk;

/// <summary>What an initiator is told when a store does not answer Ok: the one table of it, see <see cref="StoreStatus"/>.</summary>
internal static class StoreSense
{
    private static readonly Sense _fault = Sense.HardwareError(AdditionalSense.InternalTargetFailure);

    private static readonly Sense?[] _senses = Fill();

    /// <summary>The sense of a status; a value that stands for nothing, and Ok, is a fault of the store.</summary>
    internal static Sense Of(StoreStatus status) => (int)status < _senses.Length ? _senses[(int)status] ?? _fault : _fault;

    private static Sense?[] Fill()
    {
        var senses = new Sense?[8];
        senses[(int)StoreStatus.NoSpace] = Sense.DataProtect(AdditionalSense.SpaceAllocationFailedWriteProtect);
        senses[(int)StoreStatus.ReadError] = Sense.MediumError(AdditionalSense.UnrecoveredReadError);
        senses[(int)StoreStatus.WriteError] = Sense.MediumError(AdditionalSense.WriteError);
        senses[(int)StoreStatus.FlushFailed] = Sense.MediumError(AdditionalSense.WriteError);
        senses[(int)StoreStatus.Gone] = Sense.HardwareError(AdditionalSense.LogicalUnitFailure);
        senses[(int)StoreStatus.ReadOnly] = Sense.DataProtect(AdditionalSense.WriteProtected);
        return senses;
    }
}
