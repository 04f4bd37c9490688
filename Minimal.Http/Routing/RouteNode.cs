using System.Text;

namespace Minimal.Http.Routing;

/// <summary>A place in the tree of patterns: what can follow, and the routes that end here.</summary>
/// <param name="text">The segment that leads here; of a value and of the rest, nothing.</param>
internal sealed class RouteNode(byte[]? text = null)
{
    private readonly byte[] _text = text ?? [];
    private readonly List<RouteNode> _texts = [];
    private readonly Dictionary<string, Route> _routes = new(StringComparer.Ordinal);
    private RouteNode? _value, _rest;

    /// <summary>The handler that is mounted here.</summary>
    public Route? Mounted { get; private set; }

    public IReadOnlyCollection<string> Methods => _routes.Keys;

    public Route? Find(string method) => _routes.GetValueOrDefault(method);

    /// <summary>Whether that text can follow.</summary>
    public bool HasText(string text) => FindText(Encoding.UTF8.GetBytes(text)) is not null;

    public RouteNode Child(RouteSegment segment)
    {
        if (segment.Kind == RouteSegmentKind.Value) return _value ??= new RouteNode();
        if (segment.Kind == RouteSegmentKind.Rest) return _rest ??= new RouteNode();

        byte[] text = segment.Bytes;
        if (FindText(text) is { } known) return known;
        var child = new RouteNode(text);
        _texts.Add(child);
        return child;
    }

    /// <summary>Adds a route that ends here; false when there is one that it could not be told from.</summary>
    public bool TryAdd(Route route)
    {
        if (route.Method is { } method) return _routes.TryAdd(method, route);
        if (Mounted is not null) return false;
        Mounted = route;
        return true;
    }

    /// <summary>
    /// The node at which a path ends: text before a value, a value before the rest. A node that only is on the way does not count, so the search
    /// goes back where it led nowhere.
    /// </summary>
    public RouteNode? Find(in PathSegments path, int at)
    {
        if (at == path.Count && (_routes.Count > 0 || Mounted is not null)) return this;
        if (at < path.Count)
        {
            if (FindText(path[at])?.Find(path, at + 1) is { } found) return found;

            if (!path[at].IsEmpty && _value?.Find(path, at + 1) is { } valued) return valued;
        }

        return _rest is { _routes.Count: > 0 } ? _rest : null;
    }

    /// <summary>The deepest handler that is mounted on the way of a path, and how deep that is.</summary>
    public Route? FindMounted(in PathSegments path, int at, out int depth)
    {
        if (at < path.Count)
        {
            if (FindText(path[at])?.FindMounted(path, at + 1, out depth) is { } found) return found;

            if (!path[at].IsEmpty && _value?.FindMounted(path, at + 1, out depth) is { } valued) return valued;
        }

        depth = at;
        return Mounted;
    }

    private RouteNode? FindText(ReadOnlySpan<byte> text)
    {
        foreach (RouteNode child in _texts)
        {
            if (text.SequenceEqual(child._text)) return child;
        }

        return null;
    }
}
