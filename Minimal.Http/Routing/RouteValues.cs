using System.Text;

namespace Minimal.Http.Routing;

/// <summary>What a router found in a path: the values of the pattern's names, percent-decoded once.</summary>
/// <remarks>Valid during the exchange.</remarks>
public sealed class RouteValues
{
    // Most routes have no values, and handlers that hold are many: what is the same for all is made once.
    private static readonly RouteValues[] WithoutValues = Array.ConvertAll([0, 1, 2, 3, 4, 5, 6, 7], depth => new RouteValues { Depth = depth });

    private readonly List<KeyValuePair<string, string>> _values = [];

    private RouteValues()
    {
    }

    /// <summary>The value of a name.</summary>
    /// <exception cref="KeyNotFoundException">The pattern has no such name.</exception>
    public string this[string name] => Find(name) ?? throw new KeyNotFoundException($"The route has no value {name}.");

    /// <summary>How many segments of the path are behind: those of the prefixes under which the handler is mounted.</summary>
    public int Depth { get; private init; }

    /// <summary>No values, at the root.</summary>
    internal static RouteValues Empty => WithoutValues[0];

    /// <summary>The value of a name; null when the pattern has none.</summary>
    public string? Find(string name)
    {
        foreach ((string known, string value) in _values)
        {
            if (known.Equals(name, StringComparison.Ordinal)) return value;
        }

        return null;
    }

    internal static RouteValues From(RouteValues outer, Route route, in PathSegments path, int depth)
    {
        if (depth == outer.Depth && route.ValueCount == 0) return outer;
        if (outer._values.Count == 0 && route.ValueCount == 0 && depth < WithoutValues.Length) return WithoutValues[depth];
        var values = new RouteValues { Depth = depth };
        values._values.AddRange(outer._values);
        RouteSegment[] segments = route.Pattern.Segments;
        for (int i = 0; i < segments.Length; i++)
        {
            if (segments[i].Kind == RouteSegmentKind.Value) values._values.Add(new(segments[i].Name, Encoding.UTF8.GetString(path[outer.Depth + i])));
            if (segments[i].Kind == RouteSegmentKind.Rest) values._values.Add(new(segments[i].Name, Encoding.UTF8.GetString(path.From(outer.Depth + i))));
        }

        return values;
    }
}
