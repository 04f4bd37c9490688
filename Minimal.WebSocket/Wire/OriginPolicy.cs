namespace Minimal.WebSocket.Wire;

/// <summary>
/// Whose pages may open a WebSocket here (RFC 6455 §10.2). Browsers send cookies along with a handshake from any page, so a server
/// that trusts cookies has to look at the page's origin. Other programs can write what they like there, or nothing: it is no proof
/// of who they are (RFC 6455 §10.1).
/// </summary>
public sealed class OriginPolicy
{
    private readonly HashSet<Origin> _allowed = [];
    private readonly bool _sameHost, _any;

    /// <summary>Allows the pages of these sites.</summary>
    /// <param name="origins">Such as <c>https://example.org</c>; scheme and host in any case, the port unless it is the scheme's own.</param>
    /// <param name="sameHost">Allows the pages of the host that the handshake went to, too.</param>
    /// <exception cref="ArgumentException">One of them is no origin of http or https.</exception>
    public OriginPolicy(IEnumerable<string> origins, bool sameHost = false)
    {
        ArgumentNullException.ThrowIfNull(origins);
        _sameHost = sameHost;
        foreach (string text in origins)
        {
            _allowed.Add(Origin.Read(text) ?? throw new ArgumentException($"'{text}' is no origin.", nameof(origins)));
        }
    }

    private OriginPolicy(bool sameHost, bool any) => (_sameHost, _any) = (sameHost, any);

    /// <summary>The pages of the host that the handshake went to, and programs that send no Origin. The default.</summary>
    public static OriginPolicy SameHost { get; } = new(sameHost: true, any: false);

    /// <summary>Everybody: for data that is public anyway.</summary>
    public static OriginPolicy Any { get; } = new(sameHost: false, any: true);

    /// <summary>Whether a handshake without Origin, which no browser sends, is accepted (RFC 6455 §4.2.1). True by default.</summary>
    public bool AllowMissing { get; init; } = true;

    /// <summary>Whether a handshake with these fields is accepted.</summary>
    /// <param name="origin">The value of Origin; null when there is none.</param>
    /// <param name="host">The value of Host.</param>
    public bool Allows(string? origin, string host)
    {
        if (origin is null) return AllowMissing;
        if (_any) return true;
        return Origin.Read(origin) is { } site && (_allowed.Contains(site) || (_sameHost && site.IsHost(host)));
    }
}
