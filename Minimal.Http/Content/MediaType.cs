namespace Minimal.Http.Content;

/// <summary>A media type as Content-Type has it (RFC 9110 §8.3.1): type, subtype and parameters.</summary>
internal static class MediaType
{
    /// <summary>Whether a Content-Type names that type, in any case, whatever its parameters.</summary>
    public static bool Is(string? contentType, string type) => Essence(contentType).Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a Content-Type names JSON: <c>application/json</c> or a type that ends with <c>+json</c> (RFC 6839 §3.1).</summary>
    public static bool IsJson(string? contentType) => Is(contentType, "application/json") || Essence(contentType).EndsWith("+json", StringComparison.OrdinalIgnoreCase);

    /// <summary>The value of a parameter, unquoted; null when it is not there. Its name is in any case.</summary>
    // parameters = *( OWS ";" OWS [ parameter-name "=" ( token / quoted-string ) ] )
    public static string? Parameter(string contentType, string name)
    {
        ReadOnlySpan<char> rest = contentType;
        while (rest.IndexOf(';') is int at and >= 0)
        {
            rest = rest[(at + 1)..].TrimStart(" \t");
            int equals = rest.IndexOf('=');
            if (equals < 0) return null;
            bool isIt = rest[..equals].Equals(name, StringComparison.OrdinalIgnoreCase);
            rest = rest[(equals + 1)..];
            string value = ReadValue(ref rest);
            if (isIt) return value;
        }

        return null;
    }

    private static ReadOnlySpan<char> Essence(string? contentType)
    {
        ReadOnlySpan<char> text = contentType;
        int semicolon = text.IndexOf(';');
        return (semicolon < 0 ? text : text[..semicolon]).Trim(" \t");
    }

    // In a quoted string a pair of a backslash and a character is that character (RFC 9110 §5.6.4).
    private static string ReadValue(ref ReadOnlySpan<char> rest)
    {
        if (rest is not ['"', ..])
        {
            int end = rest.IndexOf(';') is int next and >= 0 ? next : rest.Length;
            string token = rest[..end].TrimEnd(" \t").ToString();
            rest = rest[end..];
            return token;
        }

        var value = new System.Text.StringBuilder();
        int at = 1;
        for (; at < rest.Length && rest[at] != '"'; at++)
        {
            if (rest[at] == '\\' && at + 1 < rest.Length) at++;
            value.Append(rest[at]);
        }

        rest = rest[Math.Min(at + 1, rest.Length)..];
        return value.ToString();
    }
}
