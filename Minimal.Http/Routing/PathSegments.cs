using Minimal.Http.Wire;

namespace Minimal.Http.Routing;

/// <summary>
/// The segments of a path, each percent-decoded once and after the slashes were found, without dot segments: an escaped slash is
/// part of a segment. A plain path is not copied.
/// </summary>
internal readonly ref struct PathSegments
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly ReadOnlySpan<Range> _ranges;

    /// <summary>Splits a path.</summary>
    /// <param name="path">Begins with a slash; its escapes are valid.</param>
    /// <param name="room">For as many segments; more are given room of their own.</param>
    public PathSegments(ReadOnlySpan<byte> path, Span<Range> room)
    {
        int count = path.Count((byte)'/');
        if (count > room.Length) room = new Range[count];
        bool isPlain = path.IndexOf((byte)'%') < 0 && path.IndexOf("/."u8) < 0;
        if (isPlain)
        {
            _text = path;
            _ranges = room[..SplitPlain(path, room)];
            return;
        }

        byte[] text = new byte[path.Length];
        _ranges = room[..SplitDecoded(path, text, room)];
        _text = text;
    }

    public int Count => _ranges.Length;

    public ReadOnlySpan<byte> this[int index] => _text[_ranges[index]];

    /// <summary>Everything from a segment on, with the slashes between.</summary>
    public ReadOnlySpan<byte> From(int index) => index >= Count ? [] : _text[_ranges[index].Start.._ranges[^1].End];

    private static int SplitPlain(ReadOnlySpan<byte> path, Span<Range> ranges)
    {
        int count = 0, start = 1;
        for (int i = 1; i <= path.Length; i++)
        {
            if (i < path.Length && path[i] != '/') continue;
            ranges[count++] = start..i;
            start = i + 1;
        }

        return count;
    }

    // RFC 3986 §5.2.4, with the segments at hand
    private static int SplitDecoded(ReadOnlySpan<byte> path, Span<byte> text, Span<Range> ranges)
    {
        int count = 0, length = 0;
        for (ReadOnlySpan<byte> rest = path; !rest.IsEmpty;)
        {
            int end = rest[1..].IndexOf((byte)'/') is int next and >= 0 ? next + 1 : rest.Length;
            bool isLast = end == rest.Length;
            int size = PercentEncoding.Decode(rest[1..end], text[length..], keepSlash: false);
            ReadOnlySpan<byte> segment = text.Slice(length, size);
            rest = rest[end..];

            bool isHere = segment.SequenceEqual("."u8), isUp = segment.SequenceEqual(".."u8);
            if (isUp && count > 0) length = ranges[--count].Start.Value;
            if ((isHere || isUp) && !isLast) continue;
            if (isHere || isUp) size = 0;

            // A slash of the path stands between two segments, so that From can give them all.
            ranges[count++] = length..(length + size);
            length += size;
            if (!isLast) text[length++] = (byte)'/';
        }

        return count;
    }
}
