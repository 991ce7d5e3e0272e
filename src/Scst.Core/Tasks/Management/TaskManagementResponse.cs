namespace Scst;

/// <summary>Service responses of a task management function (SAM-6 7.1).</summary>
public enum TaskManagementResponse
{
    /// <summary>FUNCTION COMPLETE; for a query: no.</summary>
    FunctionComplete,

    /// <summary>FUNCTION SUCCEEDED: a query answered with yes.</summary>
    FunctionSucceeded,

    /// <summary>No such command; to SAM this is FUNCTION COMPLETE, transports such as iSCSI tell the difference.</summary>
    TaskDoesNotExist,

    /// <summary>INCORRECT LOGICAL UNIT NUMBER.</summary>
    IncorrectLogicalUnitNumber,

    /// <summary>The function is not supported.</summary>
    FunctionNotSupported,

    /// <summary>FUNCTION REJECTED.</summary>
    FunctionRejected,
}
