using System.Collections;
using Minimal.Http.Wire;

namespace Minimal.Http.Content;

/// <summary>
/// The cookies of a request (RFC 6265 §4.2, §5.4), in the order in which they came. What is not of the grammar that servers
/// may set (§4.1.1) is passed over, so that no reader of a value finds a quote, comma, space or control in it.
/// </summary>
public sealed class Cookies : IReadOnlyList<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> _cookies = [];

    private Cookies()
    {
    }

    /// <inheritdoc />
    public int Count => _cookies.Count;

    /// <inheritdoc />
    public KeyValuePair<string, string> this[int index] => _cookies[index];

    /// <summary>Reads the Cookie fields of a request.</summary>
    public static Cookies Read(HttpFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var cookies = new Cookies();
        for (int at = fields.Next("Cookie", 0); at >= 0; at = fields.Next("Cookie", at + 1)) cookies.Read(HttpFields.Text(fields.ValueBytes(at)));
        return cookies;
    }

    /// <summary>The value of the first cookie of that name; null when there is none. Names are case-sensitive.</summary>
    public string? First(string name)
    {
        foreach (KeyValuePair<string, string> cookie in _cookies)
        {
            if (cookie.Key.Equals(name, StringComparison.Ordinal)) return cookie.Value;
        }

        return null;
    }

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _cookies.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // cookie-string = cookie-pair *( ";" SP cookie-pair )
    private void Read(string text)
    {
        foreach (string pair in text.Split(';'))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) continue;
            string name = pair[..equals].Trim(' ', '\t'), value = pair[(equals + 1)..].Trim(' ', '\t');
            if (value is ['"', .., '"']) value = value[1..^1];
            if (HttpChars.IsToken(name) && SetCookie.IsValue(value)) _cookies.Add(new KeyValuePair<string, string>(name, value));
        }
    }
}
