using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Minimal.Tests.Architecture;

/// <summary>
/// The public API of an assembly as text: a block for each type, a line for each member, in an order that does not depend on
/// the sources.
/// </summary>
internal static class ApiText
{
    /// <summary>The text.</summary>
    public static string Of(Assembly assembly)
    {
        IEnumerable<string> blocks =
            from type in assembly.GetExportedTypes().OrderBy(type => type.Namespace, StringComparer.Ordinal).ThenBy(CSharpName.Of, StringComparer.Ordinal)
            group Block(type) by type.Namespace into space
            select $"namespace {space.Key}\n\n{string.Join("\n\n", space)}\n";
        return string.Join('\n', blocks);
    }

    /// <summary>A type and its members.</summary>
    public static string Block(Type type) => type switch
    {
        { IsEnum: true } => string.Join('\n', [$"enum {CSharpName.Of(type)}", .. Enum.GetNames(type).Select(name => "    " + Constant(type, name))]),
        _ when IsDelegate(type) => Delegate(type),
        _ => string.Join('\n', [Declaration(type), .. ApiMember.Of(type).Select(line => "    " + line)]),
    };

    private static string Constant(Type type, string name) =>
        $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}";

    private static string Delegate(Type type)
    {
        MethodInfo invoke = type.GetMethod("Invoke")!;
        return $"delegate {ApiMember.Returned(invoke)} {CSharpName.Of(type)}({ApiMember.Parameters(invoke)})";
    }

    private static string Declaration(Type type)
    {
        IEnumerable<string> bases = Bases(type).Select(CSharpName.Of);
        string list = string.Join(", ", bases);
        return $"{Kind(type)} {CSharpName.Of(type)}{(list.Length > 0 ? $" : {list}" : "")}";
    }

    private static string Kind(Type type)
    {
        bool isRecord = type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Any(method => method.Name is "PrintMembers" && method.IsDefined(typeof(CompilerGeneratedAttribute)));
        string kind = isRecord ? "record " : "";
        if (type.IsInterface) return "interface";
        if (type.IsValueType)
        {
            string readOnly = type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "";
            return $"{readOnly}{(type.IsByRefLike ? "ref " : "")}{kind}struct";
        }

        string inheritance = type switch
        {
            { IsAbstract: true, IsSealed: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsSealed: true } => "sealed ",
            _ => "",
        };
        return $"{inheritance}{kind}class";
    }

    private static IEnumerable<Type> Bases(Type type)
    {
        Type? parent = type.BaseType is { } known && known != typeof(object) && known != typeof(ValueType) ? known : null;
        Type[] all = type.GetInterfaces();
        IEnumerable<Type> inherited = [.. parent?.GetInterfaces() ?? [], .. all.SelectMany(implemented => implemented.GetInterfaces())];
        IEnumerable<Type> own = all.Except(inherited).Where(implemented => !IsEquatableTo(type, implemented));
        return [.. parent is null ? [] : new[] { parent }, .. own.OrderBy(CSharpName.Of, StringComparer.Ordinal)];
    }

    private static bool IsDelegate(Type type) => type.BaseType == typeof(MulticastDelegate);

    private static bool IsEquatableTo(Type type, Type implemented) =>
        implemented.IsGenericType && implemented.GetGenericTypeDefinition() == typeof(IEquatable<>) && implemented.GetGenericArguments()[0] == type;
}
