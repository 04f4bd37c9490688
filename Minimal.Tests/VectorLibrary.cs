using System.Reflection;
using Minimal.Testing;

namespace Minimal.Tests;

/// <summary>The vectors of <c>Vectors/</c> and the drivers that read them.</summary>
internal static class VectorLibrary
{
    private const BindingFlags AnyStatic = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The vector files, relative to the root, in the order of their names.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Repository.Files(".md", "Minimal.Tests", "Vectors")];

    /// <summary>All vectors.</summary>
    public static IEnumerable<Vector> All => Files.SelectMany(file => Load(file).Vectors);

    /// <summary>The driver of each kind: the methods with <see cref="VectorDriverAttribute"/>.</summary>
    public static IReadOnlyDictionary<string, VectorDriver> Drivers { get; } = FindDrivers().ToDictionary(driver => driver.Kind);

    /// <summary>Reads one of <see cref="Files"/>.</summary>
    public static VectorFile Load(string file) => VectorFile.Load(Repository.PathOf(file));

    private static IEnumerable<VectorDriver> FindDrivers() =>
        from type in typeof(VectorLibrary).Assembly.GetTypes()
        from method in type.GetMethods(AnyStatic)
        from driver in method.GetCustomAttributes<VectorDriverAttribute>()
        select new VectorDriver(driver.Kind, method.CreateDelegate<VectorParse>(), driver.FromServer, driver.TakesAll);
}
