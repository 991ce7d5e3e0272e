namespace Scst;

/// <summary>A registered I_T nexus with its reservation key, which is never zero.</summary>
internal readonly record struct PersistentRegistration(NexusId Nexus, ulong Key);
