namespace Minimal.Http.Routing;

/// <summary>Which pages of other origins may read answers (the CORS protocol of the Fetch standard). Immutable.</summary>
public sealed record CorsOptions
{
    /// <summary>
    /// Origins that may read, as browsers send them (<c>https://example.org</c>, without a path; scheme and host in any case). Null allows every
    /// origin, but then no credentials. Empty by default: none.
    /// </summary>
    public IReadOnlyCollection<string>? Origins { get; init; } = [];

    /// <summary>Whether cookies and authorization may come along; the origin is then named in the answer. False by default.</summary>
    public bool Credentials { get; init; }

    /// <summary>Methods that a preflight may allow besides the simple ones.</summary>
    public IReadOnlyCollection<string> Methods { get; init; } = ["GET", "HEAD", "POST"];

    /// <summary>Request fields that a preflight may allow.</summary>
    public IReadOnlyCollection<string> RequestFields { get; init; } = ["Content-Type", "Last-Event-ID", "Prefer"];

    /// <summary>Response fields that a page may read besides the simple ones.</summary>
    public IReadOnlyCollection<string> ExposedFields { get; init; } = ["Last-Event-ID", "Preference-Applied"];

    /// <summary>How long a browser may remember a preflight, 2 h: the most that browsers keep.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Whether pages of that origin may read.</summary>
    public bool Allows(string origin)
    {
        if (Origins is null) return true;
        foreach (string allowed in Origins)
        {
            if (allowed.Equals(origin, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
