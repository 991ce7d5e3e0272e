using System;

namespace Scst;

/// <summary>
/// Turns every stage boundary, and every entering, leaving and looking again at a gate, into a scheduling point. In
/// production there is none and a command goes straight on; the deterministic simulation runs the whole middle level
/// on one thread and picks the next step by its seed.
/// </summary>
internal abstract class StepScheduler
{
    /// <summary>The step may run at any later moment, after any others.</summary>
    internal abstract void Schedule(Action step);
}
