#if NETSTANDARD2_0
namespace System.Runtime.CompilerServices;

/// <summary>Lets guard methods name the argument they refuse; netstandard2.0 has none.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class CallerArgumentExpressionAttribute : Attribute
{
    public CallerArgumentExpressionAttribute(string parameterName) => ParameterName = parameterName;

    public string ParameterName { get; }
}
#endif
