using System.Globalization;
using System.Text.Json;

namespace Benchmarks.Load;

/// <summary>What one run of the load generator said, or what was counted in the server while it ran.</summary>
internal sealed class Sample(JsonElement load)
{
    /// <summary>A sample that says nothing.</summary>
    public static Sample Empty { get; } = new(default);

    /// <summary>System calls of the server for each operation; null where they cannot be counted.</summary>
    public double? SystemCalls { get; init; }

    /// <summary>Bytes that the server allocated for each operation; null for one without a garbage collector.</summary>
    public double? AllocatedBytes { get; init; }

    /// <summary>Bytes of objects that live for each connection; null for a server without a garbage collector.</summary>
    public double? LiveBytes { get; init; }

    /// <summary>Which part of the machine other programs took, 0 to 1.</summary>
    public double OthersShare { get; init; }

    /// <summary>One of the generator's numbers, by its name there; null when it did not say.</summary>
    public double? this[string name] =>
        load.ValueKind == JsonValueKind.Object && load.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    /// <summary>Why the numbers say nothing; null when they do.</summary>
    public string? Fault
    {
        get
        {
            double faults = (this["errors"] ?? 0) + (this["mismatches"] ?? 0) + (this["failed_conns"] ?? 0);
            if (faults > 0) return string.Create(CultureInfo.InvariantCulture, $"{faults:F0} operations failed");
            return this["count"] == 0 || this["opened"] == 0 ? "nothing was answered" : null;
        }
    }
}
