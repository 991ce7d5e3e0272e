using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;

namespace Scst.Testing;

/// <summary>Types and values as C# writes them.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> _keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
        [typeof(char)] = "char",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    /// <summary>The name with its namespace, except for the system's own.</summary>
    internal static string Of(Type type)
    {
        if (_keywords.TryGetValue(type, out string? keyword))
            return keyword;
        if (type.IsGenericParameter)
            return type.Name;
        if (type.IsByRef)
            return "ref " + Of(type.GetElementType()!);
        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Of(inner) + "?";
        string scope = type.IsNested
            ? Of(type.DeclaringType!) + "."
            : type.Namespace is null || type.Namespace.StartsWith("System", StringComparison.Ordinal) ? "" : type.Namespace + ".";
        return scope + Plain(type) + Arguments(type);
    }

    /// <summary>The name alone.</summary>
    internal static string Plain(Type type)
    {
        int arity = type.Name.IndexOf('`', StringComparison.Ordinal);
        return arity < 0 ? type.Name : type.Name[..arity];
    }

    internal static string Value(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        Enum named => $"{named.GetType().Name}.{named}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null",
    };

    internal static string Default(ParameterInfo parameter)
    {
        Type type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        object? value = parameter.RawDefaultValue;
        if (value is null)
            return parameter.ParameterType.IsValueType && type == parameter.ParameterType ? "default" : "null";
        return Value(type.IsEnum ? Enum.ToObject(type, value) : value);
    }

    private static string Arguments(Type type)
    {
        if (!type.IsGenericType)
            return "";
        int inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        string[] own = [.. type.GetGenericArguments().Skip(inherited).Select(Of)];
        return own.Length == 0 ? "" : $"<{string.Join(", ", own)}>";
    }
}
