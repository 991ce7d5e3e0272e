using System;
using System.Threading.Tasks;
using Scst.Protocol;

namespace Scst.Loopback;

/// <summary>A task management function that an initiator sends.</summary>
internal sealed class ManagementCall
{
    private readonly TaskCompletionSource<TaskManagementResponse> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal ManagementCall(TaskManagementFunction function, Lun lun, ulong tag)
    {
        Function = function;
        Lun = lun;
        Tag = tag;
    }

    internal TaskManagementFunction Function { get; }

    internal Lun Lun { get; }

    internal ulong Tag { get; }

    internal ValueTask<TaskManagementResponse> Response => new(_response.Task);

    internal void Finish(TaskManagementResponse response) => _response.SetResult(response);

    internal void Fail(Exception exception) => _response.SetException(exception);
}
