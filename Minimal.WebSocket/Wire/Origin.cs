using System.Buffers;
using System.Globalization;

namespace Minimal.WebSocket.Wire;

/// <summary>
/// The site that a page came from (RFC 6454 §6.1, §7): scheme and host in lower case, and the port, which each scheme has
/// a default for.
/// </summary>
/// <param name="Scheme">Such as <c>https</c>.</param>
/// <param name="Host">A name or an address, an IPv6 address in brackets.</param>
/// <param name="Port">The port; the scheme's own where none was written.</param>
public readonly record struct Origin(string Scheme, string Host, int Port)
{
    // What would begin a path, a query, userinfo or a second member of a list.
    private static readonly SearchValues<char> NoHostChars = SearchValues.Create("/?#@, ");

    // serialized-origin = scheme "://" host [ ":" port ]
    /// <summary>Reads the value of an Origin field. <c>null</c>, which browsers send for pages without a site, is none.</summary>
    public static Origin? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int end = text.IndexOf("://", StringComparison.Ordinal);
        if (end < 0) return null;

        string scheme = text[..end].ToLowerInvariant();
        if (DefaultPort(scheme) is not { } port || ReadAuthority(text[(end + 3)..], port) is not var (host, number)) return null;
        return new Origin(scheme, host, number);
    }

    /// <summary>Whether a request with this Host goes to this site. The scheme is not compared: a server behind a proxy does not know it.</summary>
    public bool IsHost(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return DefaultPort(Scheme) is { } port && ReadAuthority(host, port) is var (name, number) && name == Host && number == Port;
    }

    private static int? DefaultPort(string scheme) => scheme switch { "http" or "ws" => 80, "https" or "wss" => 443, _ => null };

    // host [ ":" port ]
    private static (string Host, int Port)? ReadAuthority(string text, int defaultPort)
    {
        int end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (end < 0) end = text.Length;
        if (end == 0 || text.AsSpan(0, end).ContainsAny(NoHostChars)) return null;

        string host = text[..end].ToLowerInvariant();
        if (end == text.Length) return (host, defaultPort);
        if (text[end] != ':' || !ushort.TryParse(text.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)) return null;
        return (host, port);
    }
}
