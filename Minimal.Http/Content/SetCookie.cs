using System.Globalization;
using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Content;

/// <summary>When a browser sends a cookie along with requests that other sites cause.</summary>
public enum SameSite
{
    /// <summary>When a link is followed, and not otherwise: the default.</summary>
    Lax,

    /// <summary>Never.</summary>
    Strict,

    /// <summary>Always; browsers want <see cref="SetCookie.Secure"/> with it.</summary>
    None,
}

/// <summary>A cookie for a client to keep (RFC 6265 §4.1). The defaults are the safe ones: not readable by scripts, not sent by other sites' forms.</summary>
public sealed record SetCookie
{
    // cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E
    private const string NoOctets = "\",;\\";

    /// <summary>A cookie of that name and value.</summary>
    /// <param name="name">A token.</param>
    /// <param name="value">Printable ASCII without space, quote, comma, semicolon and backslash.</param>
    /// <exception cref="ArgumentException">Name or value are not of that form.</exception>
    public SetCookie(string name, string value)
    {
        if (!HttpChars.IsToken(name)) throw new ArgumentException("A cookie's name is a token (RFC 6265 §4.1.1).", nameof(name));
        ArgumentNullException.ThrowIfNull(value);
        if (!IsValue(value)) throw new ArgumentException("A cookie's value is printable ASCII without space, quote, comma, semicolon and backslash (RFC 6265 §4.1.1).", nameof(value));
        Name = name;
        Value = value;
    }

    /// <summary>A token.</summary>
    public string Name { get; }

    /// <summary>The value.</summary>
    public string Value { get; }

    /// <summary>Below which path the cookie is sent; <c>/</c> by default.</summary>
    public string Path { get; init; } = "/";

    /// <summary>To which host and its subdomains it is sent; null, the default: only to the host that set it.</summary>
    public string? Domain { get; init; }

    /// <summary>How long it is kept; null, the default: until the browser ends. Zero takes it away.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Whether scripts cannot read it; true by default.</summary>
    public bool HttpOnly { get; init; } = true;

    /// <summary>Whether it only goes over TLS; false by default, for this server speaks without.</summary>
    public bool Secure { get; init; }

    /// <summary>Whether it goes along with requests of other sites.</summary>
    public SameSite SameSite { get; init; }

    /// <summary>The value of the Set-Cookie field.</summary>
    /// <exception cref="InvalidOperationException">Path or Domain hold a semicolon or a control character.</exception>
    public override string ToString()
    {
        var text = new StringBuilder($"{Name}={Value}; Path={Attribute(Path)}");
        if (Domain is not null) text.Append("; Domain=").Append(Attribute(Domain));
        if (MaxAge is { } age) text.Append(CultureInfo.InvariantCulture, $"; Max-Age={(long)age.TotalSeconds}");
        if (Secure) text.Append("; Secure");
        if (HttpOnly) text.Append("; HttpOnly");
        return text.Append("; SameSite=").Append(SameSite).ToString();
    }

    internal static bool IsValue(string value) => !value.AsSpan().ContainsAnyExceptInRange('!', '~') && !value.AsSpan().ContainsAny(NoOctets);

    private static string Attribute(string value) =>
        !value.Contains(';', StringComparison.Ordinal) && HttpChars.IsFieldValue(value) ? value : throw new InvalidOperationException("A cookie's attribute holds no semicolon and no control character (RFC 6265 §4.1.1).");
}
