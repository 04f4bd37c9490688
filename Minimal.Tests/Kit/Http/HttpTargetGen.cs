using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generators for request targets in their four forms, and for authorities (RFC 9112 §3.2).</summary>
public static class HttpTargetGen
{
    private const string Unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

    /// <summary>A host: a name, an IPv4 or an IPv6 address.</summary>
    public static Gen<string> Host { get; } = Gen.Frequency(
        (4, Gen.Elements("a", "example.com", "www.example.org", "localhost", "h-1.test")),
        (2, HttpTextGen.Text("abcxyz019", least: 1, most: 12)),
        (1, Gen.Elements("127.0.0.1", "10.255.0.9")),
        (1, Gen.Elements("[::1]", "[2001:db8::7]", "[::ffff:1.2.3.4]")));

    // authority = uri-host [ ":" port ]
    /// <summary>A host, sometimes with a port.</summary>
    public static Gen<string> HostAndPort { get; } = Gen.Frequency((2, Host), (1, WithPort()));

    // origin-form = absolute-path [ "?" query ]
    /// <summary>A path from the root, sometimes with a query.</summary>
    public static Gen<string> OriginForm { get; } =
        from path in Path(least: 1)
        from query in Query()
        select path + query;

    // absolute-form = absolute-URI
    /// <summary>A whole URI of the scheme http.</summary>
    /// <param name="authority">Its host, and port.</param>
    public static Gen<string> AbsoluteForm(string authority) =>
        from scheme in Gen.Frequency((5, Gen.Constant("http")), (1, Gen.Constant("HTTP")))
        from path in Path(least: 0)
        from query in Query()
        select $"{scheme}://{authority}{path}{query}";

    // authority-form = uri-host ":" port
    /// <summary>A host and a port, for CONNECT.</summary>
    public static Gen<string> AuthorityForm { get; } = WithPort();

    private static Gen<string> WithPort() =>
        from host in Host
        from port in Gen.Choose(1, 65535)
        select $"{host}:{port}";

    private static Gen<string> Path(int least) =>
        from count in Gen.Choose(least, 4)
        from segments in Gen.ArrayOf(Characters(Unreserved + "!$&'()*+,;=:@", most: 8), count)
        select string.Concat(segments.Select(segment => "/" + segment));

    private static Gen<string> Query() => Gen.Frequency(
        (2, Gen.Constant("")),
        (1, Characters(Unreserved + "!$&'()*+,;=:@/?", most: 12).Select(query => "?" + query)));

    // pchar and its relatives: characters, or percent-encoded bytes (RFC 3986 §3.3)
    private static Gen<string> Characters(string plain, int most) => Gen.Frequency(
        (4, HttpTextGen.Text(plain, least: 0, most)),
        (1, from text in HttpTextGen.Text(plain, least: 0, most)
            from encoded in Gen.Choose(0, 255)
            from format in Gen.Elements("X2", "x2")
            select text + "%" + encoded.ToString(format, null)));
}
