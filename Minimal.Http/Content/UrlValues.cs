using System.Collections;
using System.Linq;
using Minimal.Http.Wire;

namespace Minimal.Http.Content;

/// <summary>
/// Names and values in the form of <c>application/x-www-form-urlencoded</c> (URL standard §5.1): a query or a form, decoded once. Names may
/// come several times; their order is kept. Immutable.
/// </summary>
public sealed class UrlValues : IReadOnlyList<KeyValuePair<string, string>>
{
    // Enough for any form that a person fills in; Kestrel and PHP allow 1024 and 1000.
    private const int MaxValues = 1024;

    private readonly List<KeyValuePair<string, string>> _values;

    private UrlValues(List<KeyValuePair<string, string>> values) => _values = values;

    /// <summary>No values.</summary>
    public static UrlValues Empty { get; } = new([]);

    /// <inheritdoc />
    public int Count => _values.Count;

    /// <inheritdoc />
    public KeyValuePair<string, string> this[int index] => _values[index];

    /// <summary>Reads names and values.</summary>
    /// <returns>False when a percent sign stands without two hexadecimal digits, or there are more than 1024 values.</returns>
    // *( name "=" value "&" ), where "+" is a space
    public static bool TryParse(ReadOnlySpan<byte> text, out UrlValues values)
    {
        values = Empty;
        if (text.IsEmpty) return true;
        if (!HttpChars.HasValidEscapes(text) || text.Count((byte)'&') >= MaxValues) return false;

        var list = new List<KeyValuePair<string, string>>();
        foreach (Range range in text.Split((byte)'&'))
        {
            ReadOnlySpan<byte> pair = text[range];
            if (pair.IsEmpty) continue;
            int equals = pair.IndexOf((byte)'=');
            ReadOnlySpan<byte> name = equals < 0 ? pair : pair[..equals], value = equals < 0 ? [] : pair[(equals + 1)..];
            list.Add(new KeyValuePair<string, string>(Decode(name), Decode(value)));
        }

        values = new UrlValues(list);
        return true;
    }

    /// <summary>The first value of a name; null when it does not come.</summary>
    public string? First(string name)
    {
        foreach (KeyValuePair<string, string> pair in _values)
        {
            if (pair.Key.Equals(name, StringComparison.Ordinal)) return pair.Value;
        }

        return null;
    }

    /// <summary>All values of a name, in order.</summary>
    public IEnumerable<string> All(string name) => _values.Where(pair => pair.Key.Equals(name, StringComparison.Ordinal)).Select(pair => pair.Value);

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string Decode(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'+')) return PercentEncoding.Decode(text);
        byte[] spaced = text.ToArray();
        spaced.AsSpan().Replace((byte)'+', (byte)' ');
        return PercentEncoding.Decode(spaced);
    }
}
