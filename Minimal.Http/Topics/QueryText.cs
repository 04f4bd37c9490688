using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>Finds single values in a query without reading all of it.</summary>
internal static class QueryText
{
    private static readonly List<string> None = [];

    // What comes with nearly every request is not made anew for each: those that are held are many.
    private static readonly string[] Words = ["long", "poll", "sse", "ws", "ndjson", "frame", "latest", "earliest"];

    /// <summary>The first value of a name, decoded; null when it does not come.</summary>
    public static string? First(RequestHead request, ReadOnlySpan<byte> name)
    {
        foreach (Range range in request.QueryBytes.Split((byte)'&'))
        {
            ReadOnlySpan<byte> pair = request.QueryBytes[range];
            if (IsNamed(pair, name)) return Decode(pair[(name.Length + 1)..]);
        }

        return null;
    }

    /// <summary>All values of a name, decoded. Not to be changed.</summary>
    public static List<string> All(RequestHead request, ReadOnlySpan<byte> name)
    {
        List<string>? values = null;
        foreach (Range range in request.QueryBytes.Split((byte)'&'))
        {
            ReadOnlySpan<byte> pair = request.QueryBytes[range];
            if (IsNamed(pair, name)) (values ??= []).Add(Decode(pair[(name.Length + 1)..]));
        }

        return values ?? None;
    }

    private static bool IsNamed(ReadOnlySpan<byte> pair, ReadOnlySpan<byte> name) =>
        pair.Length > name.Length && pair[name.Length] == '=' && pair.StartsWith(name);

    private static string Decode(ReadOnlySpan<byte> value)
    {
        foreach (string word in Words)
        {
            if (Ascii.Equals(value, word)) return word;
        }

        return PercentEncoding.Decode(value.Contains((byte)'+') ? Spaced(value) : value);
    }

    private static byte[] Spaced(ReadOnlySpan<byte> value)
    {
        byte[] spaced = value.ToArray();
        spaced.AsSpan().Replace((byte)'+', (byte)' ');
        return spaced;
    }
}
