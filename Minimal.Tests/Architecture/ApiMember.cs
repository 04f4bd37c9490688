using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Minimal.Tests.Architecture;

/// <summary>A member of a public type as a line of text.</summary>
internal static class ApiMember
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>
    /// The lines of all members that other assemblies can use and that the author wrote: fields, constructors, properties,
    /// events, methods, each kind by name.
    /// </summary>
    public static IEnumerable<string> Of(Type type) =>
    [
        .. Sorted(type.GetFields(Declared).Where(IsVisible).Where(field => !field.IsSpecialName), Line),
        .. Sorted(type.GetConstructors(Declared).Where(IsVisible).Where(IsWritten), Line),
        .. Sorted(type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsVisible)).Where(IsWritten), Line),
        .. Sorted(type.GetEvents(Declared).Where(member => IsVisible(member.AddMethod!)), Line),
        .. Sorted(type.GetMethods(Declared).Where(IsVisible).Where(IsWritten).Where(method => !IsAccessor(method)), Line),
    ];

    /// <summary>The parameters of a method, without parentheses.</summary>
    public static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + string.Join(", ", method.GetParameters().Select(Parameter));

    /// <summary>What a method returns.</summary>
    public static string Returned(MethodInfo method)
    {
        string reference = !method.ReturnType.IsByRef ? "" : method.ReturnParameter.IsIn || IsReadOnly(method.ReturnParameter) ? "ref readonly " : "ref ";
        return reference + CSharpName.Of(Nullability.Create(method.ReturnParameter));
    }

    private static IEnumerable<string> Sorted<T>(IEnumerable<T> members, Func<T, string> line)
        where T : MemberInfo =>
        members.OrderBy(member => member.Name, StringComparer.Ordinal).ThenBy(line, StringComparer.Ordinal).Select(line);

    private static string Line(FieldInfo field)
    {
        string kind = field.IsLiteral ? "const " : $"{Static(field.IsStatic)}{(field.IsInitOnly ? "readonly " : "")}";
        string value = field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "";
        return $"{Access(field.IsPublic)}{kind}{CSharpName.Of(Nullability.Create(field))} {field.Name}{value}";
    }

    private static string Line(ConstructorInfo constructor) =>
        $"{Access(constructor.IsPublic)}{CSharpName.Of(constructor.DeclaringType!).Split('<')[0].Split('.')[^1]}({Parameters(constructor)})";

    private static string Line(PropertyInfo property)
    {
        MethodInfo any = property.GetAccessors(nonPublic: true).First(IsVisible);
        string get = property.GetMethod is { } getter && IsVisible(getter) ? "get; " : "";
        string set = property.SetMethod is { } setter && IsVisible(setter) ? IsInit(setter) ? "init; " : "set; " : "";
        ParameterInfo[] indices = property.GetIndexParameters();
        string name = indices.Length == 0 ? property.Name : $"this[{string.Join(", ", indices.Select(Parameter))}]";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Modifiers(any)}{required}{CSharpName.Of(Nullability.Create(property))} {name} {{ {get}{set}}}";
    }

    private static string Line(EventInfo member) => $"{Modifiers(member.AddMethod!)}event {CSharpName.Of(member.EventHandlerType!)} {member.Name}";

    private static string Line(MethodInfo method)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(CSharpName.Of))}>" : "";
        return $"{Modifiers(method)}{Returned(method)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameter(ParameterInfo parameter)
    {
        string passing = parameter switch
        {
            { IsOut: true } => "out ",
            { ParameterType.IsByRef: true, IsIn: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) => "params ",
            _ => "",
        };
        string value = parameter.HasDefaultValue ? $" = {Literal(parameter.DefaultValue)}" : "";
        return $"{passing}{CSharpName.Of(Nullability.Create(parameter))} {parameter.Name}{value}";
    }

    private static string Modifiers(MethodInfo method)
    {
        bool overrides = method.GetBaseDefinition() != method;
        string inheritance = method switch
        {
            _ when method.DeclaringType!.IsInterface => "",
            _ when overrides => "override ",
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        };
        return Access(method.IsPublic) + Static(method.IsStatic) + inheritance;
    }

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        Enum member => $"{member}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static bool IsWritten(MemberInfo member) => !member.IsDefined(typeof(CompilerGeneratedAttribute)) && member.Name != "EqualityContract";

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static bool IsReadOnly(ParameterInfo parameter) => parameter.IsDefined(typeof(IsReadOnlyAttribute));

    private static string Access(bool isPublic) => isPublic ? "" : "protected ";

    private static string Static(bool isStatic) => isStatic ? "static " : "";
}
