namespace Scst.Protocol;

/// <summary>Task attribute of a command (SAM-6, task attributes). The numbers are not those of any transport.</summary>
public enum TaskAttribute : byte
{
    /// <summary>SIMPLE: may run in any order relative to other SIMPLE commands.</summary>
    Simple = 0,

    /// <summary>HEAD OF QUEUE: runs before everything that waits.</summary>
    HeadOfQueue = 1,

    /// <summary>ORDERED: runs after all older commands have completed and before any younger SIMPLE or ORDERED command starts.</summary>
    Ordered = 2,

    /// <summary>ACA: runs while an auto contingent allegiance condition of its I_T nexus is in effect.</summary>
    Aca = 3,
}
