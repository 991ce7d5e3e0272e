namespace Scst.Iscsi.Protocol;

/// <summary>Response codes of the Task Management Function Response (RFC 7143 11.6.1; 7 is RFC 7144 6.4.2).</summary>
internal enum TaskManagementResponseCode : byte
{
    FunctionComplete = 0,
    TaskDoesNotExist = 1,
    LunDoesNotExist = 2,
    TaskStillAllegiant = 3,
    TaskAllegianceReassignmentNotSupported = 4,
    FunctionNotSupported = 5,
    FunctionAuthorizationFailed = 6,
    FunctionSucceeded = 7,
    FunctionRejected = 255,
}
