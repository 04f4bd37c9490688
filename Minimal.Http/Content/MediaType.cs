namespace Minimal.Http.Content;

/// <summary>A media type as Content-Type has it (RFC 9110 §8.3.1). What its parameters say is nobody's business here.</summary>
internal static class MediaType
{
    /// <summary>Whether a Content-Type names that type, in any case, whatever its parameters.</summary>
    public static bool Is(string? contentType, string type) => Essence(contentType).Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a Content-Type names JSON: <c>application/json</c> or a type that ends with <c>+json</c> (RFC 6839 §3.1).</summary>
    public static bool IsJson(string? contentType) => Is(contentType, "application/json") || Essence(contentType).EndsWith("+json", StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> Essence(string? contentType)
    {
        ReadOnlySpan<char> text = contentType;
        int semicolon = text.IndexOf(';');
        return (semicolon < 0 ? text : text[..semicolon]).Trim(" \t");
    }
}
