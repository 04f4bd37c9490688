using Minimal.Testing;

namespace Minimal.Fuzz.Instrumentation;

/// <summary>What instrumented code calls at the beginning of each of its blocks.</summary>
public static class Probe
{
    /// <summary>Where the places are counted.</summary>
    public static CoverageMap Map { get; } = new();

    /// <summary>Reports a place.</summary>
    public static void Hit(int place) => Map.Hit(place);
}
