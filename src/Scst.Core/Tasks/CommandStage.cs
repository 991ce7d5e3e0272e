namespace Scst;

/// <summary>The life of a command: the stage that it has reached. It only ever moves forward.</summary>
public enum CommandStage : byte
{
    /// <summary>Known to task management; its LUN has not been looked at.</summary>
    Received,

    /// <summary>Its LUN was translated to an I_T_L nexus.</summary>
    Translated,

    /// <summary>Flow control lets it in.</summary>
    Admitted,

    /// <summary>Its CDB was decoded: direction, length and blocks are known, or why it must fail.</summary>
    Parsed,

    /// <summary>It has marked itself inside the gate and must look whether the gate was closed meanwhile.</summary>
    Entered,

    /// <summary>It has its place in the task set.</summary>
    Accepted,

    /// <summary>It has buffers for its data.</summary>
    BufferReady,

    /// <summary>The driver fetches its data-out.</summary>
    DataOutWait,

    /// <summary>Its turn in the task set has come.</summary>
    Ordered,

    /// <summary>Unit attention, reservation and write protection let it pass.</summary>
    Checked,

    /// <summary>The handler has it.</summary>
    Executing,

    /// <summary>Its status is known and it can touch the medium no more.</summary>
    Done,

    /// <summary>The driver is sending its response.</summary>
    Responding,

    /// <summary>Over.</summary>
    Freed,
}
