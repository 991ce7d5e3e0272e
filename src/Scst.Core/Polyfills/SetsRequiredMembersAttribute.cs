#if !NET
namespace System.Diagnostics.CodeAnalysis;

/// <summary>Lets records with required members be copied in the netstandard2.0 build.</summary>
[AttributeUsage(AttributeTargets.Constructor)]
internal sealed class SetsRequiredMembersAttribute : Attribute
{
}
#endif
