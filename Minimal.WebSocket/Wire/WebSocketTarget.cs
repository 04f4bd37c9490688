namespace Minimal.WebSocket.Wire;

/// <summary>Where a WebSocket URI leads to (RFC 6455 §3).</summary>
/// <param name="IsSecure">wss: TLS comes first.</param>
/// <param name="Host">What to connect to: a name in its ASCII form, or an address without brackets.</param>
/// <param name="Port">What was written, else 80 for ws and 443 for wss.</param>
/// <param name="Authority">The value of Host: the port is left out where it is the scheme's own.</param>
/// <param name="ResourceName">The request target: the path, or <c>/</c>, and <c>?query</c> where there is a query.</param>
public sealed record WebSocketTarget(bool IsSecure, string Host, int Port, string Authority, string ResourceName)
{
    // ws-URI = "ws:" "//" host [ ":" port ] path [ "?" query ]
    /// <summary>Takes a URI apart.</summary>
    /// <exception cref="ArgumentException">It is not of ws or wss, or has a fragment or userinfo, which these schemes do not know.</exception>
    public static WebSocketTarget From(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (Fault(uri) is { } fault) throw new ArgumentException($"A WebSocket URI {fault} (RFC 6455 §3).", nameof(uri));

        string written = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        string authority = uri.IsDefaultPort ? written : $"{written}:{uri.Port}";
        string query = uri.Query == "?" ? "" : uri.Query;
        return new WebSocketTarget(uri.Scheme == "wss", uri.IdnHost, uri.Port, authority, uri.AbsolutePath + query);
    }

    private static string? Fault(Uri uri)
    {
        if (!uri.IsAbsoluteUri || uri.Scheme is not ("ws" or "wss")) return "begins with ws: or wss:";
        if (uri.Host.Length == 0) return "has a host";
        if (uri.OriginalString.Contains('#', StringComparison.Ordinal)) return "has no fragment";
        return uri.UserInfo.Length > 0 ? "has no userinfo" : null;
    }
}
