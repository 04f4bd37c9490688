using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Routing;

/// <summary>
/// A pattern of paths: <c>/users/{id}/files/{*path}</c>. A segment is text, or <c>{name}</c> for any one segment, or as the last
/// <c>{*name}</c> for all that is left, be it nothing.
/// </summary>
public sealed class RoutePattern
{
    private RoutePattern(string text, RouteSegment[] segments)
    {
        Text = text;
        Segments = segments;
    }

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    internal RouteSegment[] Segments { get; }

    /// <summary>How many of its segments are names.</summary>
    internal int ValueCount { get; private init; }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="ArgumentException">It does not begin with a slash, a name is empty or comes twice, or <c>{*name}</c> is not the last.</exception>
    public static RoutePattern Parse(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        if (pattern[0] != '/') throw new ArgumentException($"The pattern {pattern} does not begin with a slash.", nameof(pattern));

        RouteSegment[] segments = Array.ConvertAll(pattern[1..].Split('/'), RouteSegment.Parse);
        List<string> names = [];
        for (int i = 0; i < segments.Length; i++)
        {
            (RouteSegmentKind kind, string name) = segments[i];
            if (kind == RouteSegmentKind.Text) continue;
            if (kind == RouteSegmentKind.Rest && i < segments.Length - 1) throw new ArgumentException($"In {pattern}, {{*…}} is not the last segment.", nameof(pattern));
            if (names.Contains(name)) throw new ArgumentException($"In {pattern}, a name comes twice.", nameof(pattern));
            names.Add(name);
        }

        return new RoutePattern(pattern, segments) { ValueCount = names.Count };
    }

    /// <inheritdoc />
    public override string ToString() => Text;
}

internal enum RouteSegmentKind
{
    Text,
    Value,
    Rest,
}

/// <summary>One segment of a pattern: its text, or the name of what stands there.</summary>
internal readonly record struct RouteSegment(RouteSegmentKind Kind, string Name)
{
    public static RouteSegment Parse(string text)
    {
        if (!text.StartsWith('{'))
        {
            bool isText = !text.AsSpan().ContainsAny("{}%?#");
            return isText ? new RouteSegment(RouteSegmentKind.Text, text) : throw new ArgumentException($"The segment {text} is neither plain text nor {{name}}.", nameof(text));
        }

        RouteSegmentKind kind = text.StartsWith("{*", StringComparison.Ordinal) ? RouteSegmentKind.Rest : RouteSegmentKind.Value;
        string name = text.EndsWith('}') ? text[(kind == RouteSegmentKind.Rest ? 2 : 1)..^1] : "";
        return HttpChars.IsToken(name) ? new RouteSegment(kind, name) : throw new ArgumentException($"The segment {text} has no name.", nameof(text));
    }

    public byte[] Bytes => Encoding.UTF8.GetBytes(Name);
}
