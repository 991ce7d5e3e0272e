namespace Scst;

/// <summary>One line of a LUN map: under which number an initiator sees a logical unit.</summary>
/// <param name="Number">The LUN, 0 to 16383. Most initiators look for LUN 0 first.</param>
/// <param name="LogicalUnit">The logical unit.</param>
/// <param name="IsReadOnly">Whether these initiators may not change the medium, even if others may.</param>
public sealed record LunMapping(int Number, LogicalUnit LogicalUnit, bool IsReadOnly = false);
