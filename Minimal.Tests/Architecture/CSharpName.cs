using System.Reflection;

namespace Minimal.Tests.Architecture;

/// <summary>Types as C# writes them, with question marks where null is allowed.</summary>
internal static class CSharpName
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char",
        [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int",
        [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double",
        [typeof(decimal)] = "decimal", [typeof(nint)] = "nint", [typeof(nuint)] = "nuint",
    };

    /// <summary>The type's name, without its namespace.</summary>
    public static string Of(Type type)
    {
        if (type.IsByRef) return Of(type.GetElementType()!);
        if (type.IsArray) return Of(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } value) return Of(value) + "?";
        if (Keywords.TryGetValue(type, out string? keyword)) return keyword;
        return WithArguments(type, type.GetGenericArguments().Select(Of));
    }

    /// <summary>The name of the type that something has, with what is known of null; of type parameters, nothing is.</summary>
    public static string Of(NullabilityInfo info)
    {
        Type type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        string question = info.ReadState == NullabilityState.Nullable && !type.IsValueType && !type.IsGenericParameter ? "?" : "";
        if (info.ElementType is { } element && type.IsArray) return Of(element) + "[]" + question;
        if (info.GenericTypeArguments.Length == 0 || Nullable.GetUnderlyingType(type) is not null) return Of(type) + question;
        return WithArguments(type, info.GenericTypeArguments.Select(Of)) + question;
    }

    private static string WithArguments(Type type, IEnumerable<string> arguments)
    {
        string name = type.IsNested && !type.IsGenericParameter ? $"{Of(type.DeclaringType!)}.{type.Name}" : type.Name;
        if (!type.IsGenericType) return name;
        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true) return $"({string.Join(", ", arguments)})";
        return $"{name.Split('`')[0]}<{string.Join(", ", arguments)}>";
    }
}
