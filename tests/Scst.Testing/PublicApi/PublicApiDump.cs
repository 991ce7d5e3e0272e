using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Scst.Testing;

/// <summary>
/// Writes the public surface of an assembly as text: what others may build on. The text is the same for all target
/// frameworks of a library that offers the same in all of them.
/// </summary>
public static class PublicApiDump
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The public surface: one line per type and member, sorted.</summary>
    public static string Of(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var text = new StringBuilder();
        foreach (Type type in assembly.GetTypes().Where(IsVisible).OrderBy(type => ApiNames.Of(type), StringComparer.Ordinal))
        {
            text.Append(Declaration(type)).Append('\n');
            foreach (string member in Members(type).OrderBy(member => member, StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static bool IsVisible(Type type) =>
        type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!));

    private static string Declaration(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
            { IsByRefLike: true } => "ref struct",
            { IsValueType: true } => Has(type, "IsReadOnlyAttribute") ? "readonly struct" : "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        if (type.IsEnum)
        {
            string flags = Has(type, "FlagsAttribute") ? " [Flags]" : "";
            return $"{kind} {ApiNames.Of(type)} : {ApiNames.Of(Enum.GetUnderlyingType(type))}{flags}";
        }
        var bases = new List<string>();
        if (type.BaseType is { } baseType && baseType != typeof(object) && baseType != typeof(ValueType) && kind != "delegate")
            bases.Add(ApiNames.Of(baseType));
        IEnumerable<Type> inherited = type.BaseType?.GetInterfaces() ?? [];
        bases.AddRange(type.GetInterfaces()
            .Except(inherited)
            .Where(face => face.Assembly != type.Assembly || IsVisible(face))
            .Select(ApiNames.Of)
            .OrderBy(name => name, StringComparer.Ordinal));
        return $"{kind} {ApiNames.Of(type)}{(bases.Count == 0 || kind == "delegate" ? "" : " : " + string.Join(", ", bases))}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => $"{field.Name} = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        }
        if (typeof(Delegate).IsAssignableFrom(type))
            return [Method(type.GetMethod("Invoke")!)];
        return FieldsOf(type)
            .Concat(ConstructorsOf(type))
            .Concat(type.GetProperties(All).Select(property => Property(property, type)).OfType<string>())
            .Concat(type.GetEvents(All).Where(happening => IsOffered(happening.AddMethod!, type)).Select(Event))
            .Concat(MethodsOf(type));
    }

    private static IEnumerable<string> FieldsOf(Type type) => type.GetFields(All)
        .Where(field => IsOffered(field.Attributes, type) && !IsGenerated(field))
        .Select(Field);

    private static IEnumerable<string> ConstructorsOf(Type type) => type.GetConstructors(All)
        .Where(constructor => IsOffered(constructor, type) && !IsGenerated(constructor))
        .Select(Constructor);

    private static IEnumerable<string> MethodsOf(Type type) => type.GetMethods(All)
        .Where(method => IsOffered(method, type) && !IsGenerated(method))
        .Where(method => !method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        .Select(Method);

    private static string Event(EventInfo happening) => $"event {ApiNames.Of(happening.EventHandlerType!)} {happening.Name}";

    private static string Field(FieldInfo field)
    {
        string kind = field.IsLiteral ? "const " : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}";
        string value = field.IsLiteral ? " = " + ApiNames.Value(field.GetRawConstantValue()) : "";
        return $"{(field.IsPublic ? "" : "protected ")}{kind}{ApiNames.Of(field.FieldType)} {field.Name}{value}";
    }

    private static string Constructor(ConstructorInfo constructor)
    {
        string sets = Has(constructor, "SetsRequiredMembersAttribute") ? " [SetsRequiredMembers]" : "";
        return $"{Access(constructor)}{ApiNames.Plain(constructor.DeclaringType!)}({Parameters(constructor)}){sets}";
    }

    private static string? Property(PropertyInfo property, Type type)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(accessor => IsOffered(accessor, type))];
        if (accessors.Length == 0 || property.Name == "EqualityContract" || property.Name.Contains('.', StringComparison.Ordinal))
            return null;
        IEnumerable<string> kinds = accessors.Select(accessor => accessor.ReturnType != typeof(void)
            ? "get;"
            : accessor.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit") ? "init;" : "set;");
        ParameterInfo[] index = property.GetIndexParameters();
        string parameters = index.Length == 0 ? "" : $"[{string.Join(", ", index.Select(Parameter))}]";
        string required = Has(property, "RequiredMemberAttribute") ? "required " : "";
        string propertyType = ApiNames.Of(property.PropertyType);
        return $"{Access(accessors[0])}{required}{propertyType} {property.Name}{parameters} {{ {string.Join(" ", kinds)} }}";
    }

    private static string Method(MethodInfo method)
    {
        IEnumerable<string> arguments = method.GetGenericArguments().Select(ApiNames.Of);
        string generics = method.IsGenericMethodDefinition ? $"<{string.Join(", ", arguments)}>" : "";
        return $"{Access(method)}{ApiNames.Of(method.ReturnType)} {method.Name}{generics}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string direction = !parameter.ParameterType.IsByRef ? ""
            : parameter.IsOut ? "out "
            : parameter.IsIn || Has(parameter, "IsReadOnlyAttribute") ? "in " : "ref ";
        string many = Has(parameter, "ParamArrayAttribute") || Has(parameter, "ParamCollectionAttribute") ? "params " : "";
        string value = parameter.HasDefaultValue ? " = " + ApiNames.Default(parameter) : "";
        Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        return $"{many}{direction}{ApiNames.Of(type)} {parameter.Name}{value}";
    }

    private static string Access(MethodBase method)
    {
        string access = method.IsPublic ? "" : "protected ";
        if (method.DeclaringType!.IsInterface)
            return access;
        if (method.IsStatic)
            return access + "static ";
        if (method.IsAbstract)
            return access + "abstract ";
        bool overrides = method is MethodInfo info && info.GetBaseDefinition() != info;
        return access + (overrides ? "override " : method.IsVirtual && !method.IsFinal ? "virtual " : "");
    }

    private static bool IsOffered(MethodBase method, Type type) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !type.IsSealed);

    private static bool IsOffered(FieldAttributes attributes, Type type) => (attributes & FieldAttributes.FieldAccessMask) switch
    {
        FieldAttributes.Public => true,
        FieldAttributes.Family or FieldAttributes.FamORAssem => !type.IsSealed,
        _ => false,
    };

    /// <summary>What the compiler makes for records and the like is not written down: it follows from the properties.</summary>
    private static bool IsGenerated(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static bool Has(ICustomAttributeProvider member, string attribute) =>
        member.GetCustomAttributes(inherit: false).Any(found => found.GetType().Name == attribute);
}
