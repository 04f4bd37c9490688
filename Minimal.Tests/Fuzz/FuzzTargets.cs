using Minimal.Fuzz.Planted;
using Minimal.Fuzz.Targets;
using Minimal.Testing;

namespace Minimal.Fuzz;

/// <summary>What can be fuzzed, by name.</summary>
internal static class FuzzTargets
{
    /// <summary>The targets, in the order of the layers.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new RequestHeadTarget(),
        new ResponseHeadTarget(),
        new ChunkedTarget(),
        new TargetAndFieldsTarget(),
        new SseTarget(),
        new WebSocketTarget(),
        new DeflateTarget(),
        new ConnectionTarget(),
    ];

    /// <summary>Faults that were planted, to see that they are found; not part of <see cref="All"/>.</summary>
    public static IReadOnlyList<FuzzTarget> Planted { get; } = [new PlantedMagic(), new PlantedOverflow(), new PlantedLoop(), new PlantedHoard()];

    /// <summary>The target of that name; null when there is none.</summary>
    public static FuzzTarget? Find(string name) => All.Concat(Planted).FirstOrDefault(target => target.Name == name);
}
