namespace Benchmarks.Areas;

/// <summary>Something that servers are measured at: one report, one chart.</summary>
/// <param name="Name">As it is named on the command line, and the name of its files.</param>
/// <param name="Title">The heading.</param>
/// <param name="Description">What happens, in a paragraph.</param>
/// <param name="Metrics">The columns; the first one is what the ratios, the order and the chart are about.</param>
/// <param name="Cases">What is run.</param>
internal sealed record Area(string Name, string Title, string Description, IReadOnlyList<Metric> Metrics, IReadOnlyList<Case> Cases)
{
    /// <summary>Whether each run needs a new process: where memory is measured.</summary>
    public bool IsFresh { get; init; }

    /// <summary>A path that the server must know to take part.</summary>
    public string Route { get; init; } = "/plaintext";

    /// <summary>What one operation is called.</summary>
    public string Unit { get; init; } = "request";
}

/// <summary>One run of the load generator.</summary>
/// <param name="Name">What tells it from the other cases of its area.</param>
/// <param name="Load">The generator's mode and options.</param>
/// <param name="Aim">What ours should reach.</param>
internal sealed record Case(string Name, string Load, Aim? Aim = null);

/// <summary>What ours should reach: a share of Kestrel's value in the same run, or a value.</summary>
internal sealed record Aim(double? OfKestrel = null, double? Value = null);
